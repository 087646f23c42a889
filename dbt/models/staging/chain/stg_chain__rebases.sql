select
    account,
    asset,
    block_number,
    block_hash,
    timestamp_s,
    tx_hash,
    log_index,
    {{ exact_integer('before_units') }} as before_units,
    {{ exact_integer('after_units') }} as after_units,
    day
from {{ source('chain', 'raw_chain__rebases') }}
where {{ within_days() }}
qualify row_number() over (partition by account, asset, block_hash order by day) = 1
