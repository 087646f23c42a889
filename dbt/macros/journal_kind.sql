{#- One kind of journal record as columns: its envelope, then each field of its payload.
    Integers are text in the payload, so no digit is lost on the way; lists and records stay JSON. A name may be a
    word of SQL (`to`), so each is quoted. -#}
{% macro journal_kind(kind, fields) -%}
select
    seq,
    record_id,
    correlation_id,
    recorded_ns,
    {%- for name, type in fields.items() %}
    {%- if type == 'json' %}
    payload -> '$.{{ name }}' as "{{ name }}",
    {%- elif type == 'varchar' %}
    payload ->> '$.{{ name }}' as "{{ name }}",
    {%- else %}
    cast(payload ->> '$.{{ name }}' as {{ type }}) as "{{ name }}",
    {%- endif %}
    {%- endfor %}
    day
from {{ ref('stg_journal__facts') }}
where kind = '{{ kind }}'
{%- endmacro %}
