select *
from {{ ref('int_market__candles_1m') }}
where
    high < greatest(open, close)
    or low > least(open, close)
    or volume < 0
    or start_s % 60 <> 0
    or (trade_count = 0 and (high <> low or volume <> 0))
