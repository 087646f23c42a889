-- What the exact step does not settle: one row a row, or a pair that disagrees, by number, id and ref.
{{ config(enabled=var('reconciliation', false)) }}

select
    left_line,
    left_id,
    left_ref,
    right_line,
    right_id,
    right_ref
from {{ ref('int_reconciliation__rows_paired') }}
where is_exact is not true
