select
    opportunity_id,
    strategy,
    found_ns,
    fate,
    status,
    reason,
    predicted_net_usd_e24,
    realised_net_usd_e24,
    shortfall_usd_e24,
    day
from {{ source('books', 'int_pnl__opportunities_compared') }}
where {{ on_day() }}
