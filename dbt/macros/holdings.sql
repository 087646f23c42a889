{#- What accounts held at a block, as one kind of capture says it: at the day's close, or before its first fact. -#}
{% macro held_at_block(captured) -%}
select
    account,
    asset,
    block_number,
    block_hash,
    timestamp_s,
    {{ exact_integer('units') }} as units,
    day
from {{ captured }}
where {{ on_day() }}
{%- endmacro %}
