{#- An identity of one row: rows of which it does not hold, or of which nobody can say, are wrong. -#}
{% test always(model, holds) %}
select *
from {{ model }}
where ({{ holds }}) is not true
{% endtest %}
