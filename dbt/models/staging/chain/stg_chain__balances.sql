select
    account,
    asset,
    block_number,
    block_hash,
    timestamp_s,
    {{ exact_integer('units') }} as units,
    day
from {{ source('chain', 'raw_chain__balances') }}
where {{ on_day() }}
