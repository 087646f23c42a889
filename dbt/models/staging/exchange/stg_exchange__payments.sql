-- Hashes become known after the payment: what was told last of each counts.
select
    venue,
    ref_id,
    kind,
    currency,
    {{ exact_decimal('amount') }} as amount,
    {{ exact_decimal('fee') }} as fee,
    tx_hash,
    address,
    status,
    requested_ns,
    told_ns,
    day
from {{ source('exchange', 'raw_exchange__payments') }}
where {{ within_days() }}
qualify row_number() over (partition by venue, ref_id order by told_ns desc, day desc, tx_hash desc) = 1
