-- Built like domain/market/candles.py: the trade id is key and order, a minute without trades repeats the
-- close before it, and the first and last minute and those beside a hole in the ids are partial. Trades of
-- the day before are seen too, so that the minutes after midnight know the close they repeat.
with trades as (
    select
        venue,
        symbol,
        trade_id,
        venue_ns // 60000000000 as minute,
        -- A cast would round what has more than 18 decimals; such a trade is quarantined instead.
        if(length(split_part(price, '.', 2)) <= 18, try_cast(price as decimal(38, 18)), null) as price,
        if(length(split_part(quantity, '.', 2)) <= 18, try_cast(quantity as decimal(38, 18)), null) as quantity,
        lead(trade_id) over (partition by venue, symbol order by trade_id) as next_id,
        lead(venue_ns // 60000000000) over (partition by venue, symbol order by trade_id) as next_minute
    from {{ ref('stg_exchange__trades') }}
),

spans as (
    select
        venue,
        symbol,
        min(minute) as first_minute,
        max(minute) as last_minute
    from trades
    group by venue, symbol
),

minutes as (
    select
        venue,
        symbol,
        first_minute,
        last_minute,
        unnest(range(first_minute, last_minute + 1)) as minute
    from spans
),

traded as (
    select
        venue,
        symbol,
        minute,
        arg_min(price, trade_id) as open,
        max(price) as high,
        min(price) as low,
        arg_max(price, trade_id) as close,
        sum(quantity) as volume,
        count(*) as trades,
        count(*) filter (where price is null or quantity is null) as unreadable
    from trades
    group by venue, symbol, minute
),

holes as (
    select
        venue,
        symbol,
        least(minute, next_minute) as first_minute,
        greatest(minute, next_minute) as last_minute
    from trades
    where next_id > trade_id + 1
),

filled as (
    select
        minutes.*,
        traded.open,
        traded.high,
        traded.low,
        traded.close,
        traded.volume,
        coalesce(traded.trades, 0) as trades,
        coalesce(traded.unreadable, 0) as unreadable,
        last_value(traded.close ignore nulls) over (
            partition by minutes.venue, minutes.symbol
            order by minutes.minute
            rows between unbounded preceding and 1 preceding
        ) as close_before
    from minutes
    left join traded using (venue, symbol, minute)
)

select
    venue,
    symbol,
    minute * 60 as start_s,
    case when unreadable = 0 then coalesce(open, close_before) end as open,
    case when unreadable = 0 then coalesce(high, close_before) end as high,
    case when unreadable = 0 then coalesce(low, close_before) end as low,
    case when unreadable = 0 then coalesce(close, close_before) end as close,
    case when unreadable = 0 then coalesce(volume, 0)::decimal(38, 18) end as volume,
    trades as trade_count,
    minute in (first_minute, last_minute)
    or exists (
        select 1
        from holes
        where
            holes.venue = filled.venue
            and holes.symbol = filled.symbol
            and filled.minute between holes.first_minute and holes.last_minute
    ) as is_partial,
    if(unreadable > 0, 'a price or quantity does not fit 20 digits before and 18 after the point', null)
        as quarantine_reason,
    strftime(make_timestamp(minute * 60000000), '%Y-%m-%d') as day
from filled
