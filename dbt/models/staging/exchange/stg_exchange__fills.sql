-- Copies count once; two rows that differ under one id both stay, and fail the unique test.
select distinct
    venue,
    trade_id,
    venue_order_id,
    client_order_id,
    pair,
    side,
    order_type,
    {{ exact_decimal('price') }} as price,
    {{ exact_decimal('volume') }} as volume,
    {{ exact_decimal('cost') }} as cost,
    {{ exact_decimal('fee') }} as fee,
    traded_ns,
    day
from {{ source('exchange', 'raw_exchange__fills') }}
where {{ within_days() }}
