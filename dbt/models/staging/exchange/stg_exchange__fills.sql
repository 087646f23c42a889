select
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
qualify row_number() over (partition by venue, trade_id order by day) = 1
