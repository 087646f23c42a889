-- What is there more than once on one side: no key decides between copies, so they are residue. This reads the
-- rows as they came, before anything could hide a copy. A row repeats when the one before it, in order of the hash,
-- has the same.
{{ config(enabled=var('reconciliation', false)) }}

with marks as (
    select
        'left' as side,
        content_hash,
        lag(content_hash) over ({{ sharded_by('content_hash') }} order by content_hash) as hash_before
    from {{ source('reconciliation', 'reconciliation_left') }}
    union all
    select
        'right' as side,
        content_hash,
        lag(content_hash) over ({{ sharded_by('content_hash') }} order by content_hash) as hash_before
    from {{ source('reconciliation', 'reconciliation_right') }}
)

select distinct
    side,
    content_hash
from marks
where content_hash = hash_before
