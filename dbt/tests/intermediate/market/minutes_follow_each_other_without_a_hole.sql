-- One row a minute: the next one starts 60 seconds later, none twice, none missing.
select
    venue,
    symbol,
    start_s
from {{ ref('int_market__candles_1m') }}
qualify start_s - lag(start_s) over (partition by venue, symbol order by start_s) <> 60
