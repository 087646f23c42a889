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

{#- A side's rows that the exact step leaves. -#}
{% macro open_of(side) -%}
select rows_all.*
from {{ source('reconciliation', 'reconciliation_' ~ side) }} as rows_all
inner join {{ ref('int_reconciliation__rows_paired') }} as rows_paired
    on rows_all.line = rows_paired.{{ side }}_line
where rows_paired.is_exact is not true
{%- endmacro %}

{#- The numbers of a side's rows, open or settled, that share a ref or an id with an open one, or, where that has no
    ref, everything but the id: what tells a copy from a row that is missing on the other side. -#}
{% macro alike_of(side) -%}
with refs_open as (
    select ref
    from {{ ref('int_reconciliation__open_left') }}
    where ref <> ''
    union
    select ref
    from {{ ref('int_reconciliation__open_right') }}
    where ref <> ''
)

select rows_all.line
from {{ source('reconciliation', 'reconciliation_' ~ side) }} as rows_all
where
    rows_all.ref in (select ref from refs_open)
    or rows_all.id in (select id from {{ ref('int_reconciliation__open_' ~ side) }})
    {%- if var('some_have_no_ref', true) %}
    or exists (
        select 1
        from {{ ref('int_reconciliation__open_' ~ side) }} as rows_bare
        where
            rows_bare.ref = ''
            and rows_bare.time_ns = rows_all.time_ns
            and rows_bare.account = rows_all.account
            and rows_bare.asset = rows_all.asset
            and rows_bare.amount = rows_all.amount
    )
    {%- endif %}
{%- endmacro %}

{#- A side's open rows (is_open), and its settled ones that are like one. -#}
{% macro residue_of(side) -%}
select
    rows_all.*,
    rows_open.line is not null as is_open
from {{ source('reconciliation', 'reconciliation_' ~ side) }} as rows_all
inner join {{ ref('int_reconciliation__alike_' ~ side) }} as rows_alike
    on rows_all.line = rows_alike.line
left join {{ ref('int_reconciliation__open_' ~ side) }} as rows_open
    on rows_all.line = rows_open.line
{%- endmacro %}
