with breaks as (
    select * exclude (document)
    from {{ source('books', 'int_reconciliation__transactions_matched') }}
    where {{ on_day() }}
    union all by name
    select * exclude (document)
    from {{ source('books', 'int_reconciliation__balances_matched') }}
    where {{ on_day() }}
)

select
    break_id,
    cause,
    recon,
    side,
    subject,
    asset,
    amount_units,
    account,
    evidence,
    severity,
    first_seen_ns,
    expires_ns,
    day
from breaks
