select
    strategy,
    cast(found as bigint) as found,
    cast(taken as bigint) as taken,
    cast(unknown as bigint) as unknown,
    success_rate,
    predicted_usd_e24,
    realised_usd_e24,
    shortfall_usd_e24,
    forgone_usd_e24,
    drawdown_usd_e24,
    cast(document ->> '$.sharpe' as double) as sharpe,
    cast(document ->> '$.sortino' as double) as sortino,
    day
from {{ source('books', 'int_pnl__strategies_measured') }}
where {{ on_day() }}
