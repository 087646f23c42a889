{#- Text to an exact integer; null when it needs more than 38 digits (see stg_chain__quarantine). -#}
{% macro exact_integer(column) -%}
    coalesce({{ short_number(column, 0) }}, try_cast({{ column }} as decimal(38, 0)))
{%- endmacro %}

{#- Text to an exact number of ten decimals; what is no number stops the run. -#}
{% macro exact_decimal(column) -%}
    coalesce({{ short_number(column, 10) }}, cast({{ column }} as decimal(38, 10)))
{%- endmacro %}

{#- A number that 18 digits hold, read as 64 bits at a tenth of the price; null where it has to be read as 128. Read
    so, a number with an exponent would lose digits. -#}
{% macro short_number(column, decimals) -%}
    case
        when not contains({{ column }}, 'e') and not contains({{ column }}, 'E')
            then cast(try_cast({{ column }} as decimal(18, {{ decimals }})) as decimal(38, {{ decimals }}))
    end
{%- endmacro %}
