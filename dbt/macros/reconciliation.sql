{#- What both sides of a reconciliation are asked alike. -#}

{#- How a window over all rows is parted: a cluster sorts shard by shard, one machine everything at once. -#}
{% macro sharded_by(hash_column) -%}
    {%- if target.type == 'spark' -%} partition by pmod({{ hash_column }}, 1024) {%- endif -%}
{%- endmacro %}

{#- The key of a row that a key alone may settle and whose content its side has once; null for others, which equals
    nothing. Without copies on either side (some_repeat is false) nobody is asked for them. -#}
{% macro key_of_one(side) -%}
    case
        when
            is_plain
            {%- if var('some_repeat', true) %}
            and content_hash not in (
                select content_hash
                from {{ ref('int_reconciliation__rows_repeated') }}
                where side = '{{ side }}'
            )
            {%- endif %}
            then match_key
    end
{%- endmacro %}

{#- A side's open rows (is_open), and its rows, settled or not, that share a ref or an id with one, or, where that has no
    ref, everything but the id: what tells a copy from a row that is missing on the other side. -#}
{% macro residue_of(side) -%}
with rows_open as (
    select
        {{ side }}_line as line,
        {{ side }}_id as id,
        {{ side }}_ref as ref
    from {{ ref('int_reconciliation__rows_open') }}
    where {{ side }}_line is not null
),

refs_open as (
    select left_ref as ref
    from {{ ref('int_reconciliation__rows_open') }}
    where left_ref <> ''
    union
    select right_ref as ref
    from {{ ref('int_reconciliation__rows_open') }}
    where right_ref <> ''
)

{%- if var('some_have_no_ref', true) %},

rows_bare as (
    select
        bare.time_ns,
        bare.account,
        bare.asset,
        bare.amount
    from {{ source('reconciliation', 'reconciliation_' ~ side) }} as bare
    inner join rows_open
        on bare.line = rows_open.line
    where bare.ref = ''
)
{%- endif %}

select
    rows_all.*,
    rows_open.line is not null as is_open
from {{ source('reconciliation', 'reconciliation_' ~ side) }} as rows_all
left join rows_open
    on rows_all.line = rows_open.line
where
    rows_open.line is not null
    or rows_all.ref in (select ref from refs_open)
    or rows_all.id in (select id from rows_open)
    {%- if var('some_have_no_ref', true) %}
    or exists (
        select 1
        from rows_bare
        where
            rows_bare.time_ns = rows_all.time_ns
            and rows_bare.account = rows_all.account
            and rows_bare.asset = rows_all.asset
            and rows_bare.amount = rows_all.amount
    )
    {%- endif %}
{%- endmacro %}
