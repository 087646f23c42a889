-- Copies count once; two rows that differ under one id both stay, and fail the unique test.
select distinct
    venue,
    trade_id,
    venue_order_id,
    client_order_id,
    pair,
    side,
    order_type,
    cast(price as decimal(38, 10)) as price,
    cast(volume as decimal(38, 10)) as volume,
    cast(cost as decimal(38, 10)) as cost,
    cast(fee as decimal(38, 10)) as fee,
    traded_ns,
    day
from {{ source('exchange', 'raw_exchange__fills') }}
where {{ within_days() }}
