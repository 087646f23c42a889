{#- A 64-bit number of some text columns, for grouping and joining without their width. Equal rows have equal
    numbers; rows of equal numbers are compared in full by whoever uses it. -#}
{% macro fingerprint(columns) -%}
    {%- if target.type == 'duckdb' -%}
    hash({{ columns | join(', ') }})
    {%- elif target.type == 'postgres' -%}
    hashtextextended(concat_ws(chr(31), {{ columns | join(', ') }}), 0)
    {%- else -%}
    xxhash64({{ columns | join(', ') }})
    {%- endif -%}
{%- endmacro %}
