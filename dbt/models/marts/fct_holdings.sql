select
    account,
    asset,
    strategy,
    venue,
    chain,
    underlying,
    settled_units,
    pending_units,
    provisional_units,
    free_units,
    locked_units,
    delta_e18,
    mark_e6,
    value_usd_e24,
    cost_usd_e24,
    unrealised_usd_e24,
    concentration,
    policy,
    day
from {{ source('books', 'int_positions__holdings_placed') }}
where {{ on_day() }}
