-- Copies count once; two rows that differ under one id both stay, and fail the unique test.
select distinct
    venue,
    ledger_id,
    ref_id,
    entry_type,
    subtype,
    currency,
    {{ exact_decimal('amount') }} as amount,
    {{ exact_decimal('fee') }} as fee,
    {{ exact_decimal('balance') }} as balance,
    booked_ns,
    day
from {{ source('exchange', 'raw_exchange__ledger_lines') }}
where {{ within_days() }}
