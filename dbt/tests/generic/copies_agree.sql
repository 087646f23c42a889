{#- Rows that are dropped as copies of another really are copies: looks at what was captured, before one of them is
    chosen. `captured` is the source, `key` the columns that name a row in it, `kept` which rows are chosen among. -#}
{% test copies_agree(model, captured, key, kept='true') %}
with told as (
    select distinct * exclude (day)
    from {{ captured }}
    where {{ within_days() }} and {{ kept }}
)

select {{ key | join(', ') }}, count(*) as versions
from told
group by {{ key | join(', ') }}
having count(*) > 1
{% endtest %}
