-- Copies count once; two rows that differ under one id both stay, and fail the unique test.
select distinct
    venue,
    ledger_id,
    ref_id,
    entry_type,
    subtype,
    currency,
    cast(amount as decimal(38, 10)) as amount,
    cast(fee as decimal(38, 10)) as fee,
    cast(balance as decimal(38, 10)) as balance,
    booked_ns,
    day
from {{ source('exchange', 'raw_exchange__ledger_lines') }}
where {{ within_days() }}
