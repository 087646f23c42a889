-- A view: it only names columns, and writing so many rows a second time costs more than reading them.
{{ config(materialized='view') }}

select
    entry_id,
    account,
    asset,
    units,
    at_ns,
    cause,
    strategy,
    venue,
    execution_id,
    correlation_id,
    evidence,
    booking_id,
    happened_ns,
    known_ns,
    day
from {{ source('books', 'int_ledger__postings_made') }}
where {{ on_day() }}
