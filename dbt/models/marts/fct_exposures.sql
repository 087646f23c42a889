select
    dimension,
    name,
    net_usd_e24,
    gross_usd_e24,
    provisional_usd_e24,
    free_usd_e24,
    locked_usd_e24,
    cost_usd_e24,
    unrealised_usd_e24,
    quantity_units,
    delta_e18,
    mark_e6,
    concentration,
    policy,
    day
from {{ source('books', 'int_positions__exposures_measured') }}
where {{ on_day() }}
