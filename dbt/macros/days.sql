{#- Rows of the partition and of the day before it. -#}
{% macro within_days(column='day') -%}
    {{ column }} between '{{ var("from_day") }}' and '{{ var("day") }}'
{%- endmacro %}

{#- Rows of the partition alone. -#}
{% macro on_day(column='day') -%}
    {{ column }} = '{{ var("day") }}'
{%- endmacro %}
