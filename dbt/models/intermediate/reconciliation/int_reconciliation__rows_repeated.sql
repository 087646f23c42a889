-- What is there more than once on one side: no key decides between copies, so they are residue. This reads the
-- rows as they came, before anything could hide a copy.
{{ config(enabled=var('reconciliation', false)) }}

select
    'left' as side,
    content_hash
from {{ source('reconciliation', 'reconciliation_left') }}
group by content_hash
having count(*) > 1
union all
select
    'right' as side,
    content_hash
from {{ source('reconciliation', 'reconciliation_right') }}
group by content_hash
having count(*) > 1
