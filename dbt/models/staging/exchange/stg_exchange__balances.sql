select
    account,
    asset,
    anchor,
    as_of_ns,
    {{ exact_integer('units') }} as units,
    source,
    day
from {{ source('exchange', 'raw_exchange__balances') }}
where {{ on_day() }}
