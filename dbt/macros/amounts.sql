{#- Text to an exact integer; null when it needs more than 38 digits (see stg_chain__quarantine). -#}
{% macro exact_integer(column) -%}
    try_cast({{ column }} as decimal(38, 0))
{%- endmacro %}
