select
    account,
    asset,
    as_of_ns,
    {{ exact_integer('units') }} as units,
    {{ exact_integer('asked_units') }} as asked_units,
    day
from {{ source('exchange', 'raw_exchange__balances') }}
where {{ on_day() }}
