select
    row_id,
    strategy,
    venue,
    cause,
    underlying,
    amount_usd_e24,
    policy,
    day
from {{ source('books', 'int_pnl__rows_attributed') }}
where {{ on_day() }}
