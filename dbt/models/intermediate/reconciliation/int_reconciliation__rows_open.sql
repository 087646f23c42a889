-- The residue: what the exact step does not settle, one row a row or a pair that disagrees.
{{ config(enabled=var('reconciliation', false)) }}

select *
from {{ ref('int_reconciliation__rows_paired') }}
where is_exact is not true
