select
    cell_id,
    row_id,
    strategy,
    venue,
    asset,
    cause,
    amount_usd_e24,
    policy,
    day
from {{ source('books', 'int_pnl__cells_attributed') }}
where {{ on_day() }}
