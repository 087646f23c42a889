select
    dimension,
    name,
    net_usd_e24,
    gross_usd_e24,
    concentration,
    policy,
    day
from {{ source('books', 'int_positions__exposures_measured') }}
where {{ on_day() }}
