select
    venue,
    symbol,
    trade_id,
    price,
    quantity,
    venue_ns,
    side,
    day
from {{ source('exchange', 'raw_exchange__trades') }}
where {{ within_days() }}
qualify row_number() over (partition by venue, symbol, trade_id order by day) = 1
