{#- The 32-byte words of topics and event data, read exactly. Hex without 0x is 64 digits a word.
    DECIMAL(38,0) holds what is below 10^38; anything larger becomes null and keeps its hex. -#}

{#- How many topics a log has. -#}
{% macro topic_count() -%}
    (
        (topic0 is not null)::integer + (topic1 is not null)::integer
        + (topic2 is not null)::integer + (topic3 is not null)::integer
    )
{%- endmacro %}

{#- How many whole words event data has; null when it is no row of whole words. -#}
{% macro word_count(data) -%}
    case when regexp_full_match({{ data }}, '0x([0-9a-f]{64})*') then (length({{ data }}) - 2) // 64 end
{%- endmacro %}

{#- The hex of one word of event data, from 0; of a topic, word 0. -#}
{% macro word(data, position=0) -%}
    substr({{ data }}, {{ 3 + 64 * position }}, 64)
{%- endmacro %}

{#- The address in a word's low 20 bytes. -#}
{% macro word_address(word) -%}
    '0x' || right({{ word }}, 40)
{%- endmacro %}

{#- A uint256 as DECIMAL(38,0), or null when it does not fit. Halves are below 2^64, so HUGEINT holds
    them; the upper one is kept under 2^63, because HUGEINT ends at 2^127. -#}
{% macro word_uint(word) -%}
    case
        when left({{ word }}, 32) = '{{ "0" * 32 }}' and substr({{ word }}, 33, 1) < '8'
            then try_cast(
                ('0x' || substr({{ word }}, 33, 16))::ubigint::hugeint * 18446744073709551616::hugeint
                + ('0x' || substr({{ word }}, 49, 16))::ubigint::hugeint
                as decimal(38, 0)
            )
    end
{%- endmacro %}

{#- Whether a word is negative as an int256. -#}
{% macro word_is_negative(word) -%}
    (left({{ word }}, 1) >= '8')
{%- endmacro %}

{#- The size of a negative int256 as DECIMAL(38,0): 2^128 less its low half; null when it does not fit.
    From 2^127 - 2^64 on HUGEINT could overflow, which is far beyond 10^38. -#}
{% macro word_negated(word) -%}
    case
        when left({{ word }}, 32) = '{{ "f" * 32 }}' and substr({{ word }}, 33, 16) > '8000000000000000'
            then try_cast(
                (18446744073709551615::hugeint - ('0x' || substr({{ word }}, 33, 16))::ubigint::hugeint)
                * 18446744073709551616::hugeint
                + (18446744073709551616::hugeint - ('0x' || substr({{ word }}, 49, 16))::ubigint::hugeint)
                as decimal(38, 0)
            )
    end
{%- endmacro %}

{#- The exact sum of DECIMAL(38,0) values that are not negative, or null when it does not fit or when
    any of them is null. Summed in two halves of 19 digits, because sum() of the whole would raise. -#}
{% macro exact_sum(column) -%}
    case
        when count(*) > count({{ column }}) then null
        when
            coalesce(sum({{ column }}::hugeint // 10000000000000000000::hugeint), 0)
            + coalesce(sum({{ column }}::hugeint % 10000000000000000000::hugeint), 0)
            // 10000000000000000000::hugeint < 10000000000000000000::hugeint
            then (
                coalesce(sum({{ column }}::hugeint // 10000000000000000000::hugeint), 0)
                * 10000000000000000000::hugeint
                + coalesce(sum({{ column }}::hugeint % 10000000000000000000::hugeint), 0)
            )::decimal(38, 0)
    end
{%- endmacro %}
