select
    account,
    asset,
    as_of_ns,
    {{ exact_integer('units') }} as units,
    day
from {{ source('exchange', 'raw_exchange__openings') }}
where {{ on_day() }}
