select distinct
    chain_id,
    number,
    hash,
    parent_hash,
    timestamp_s,
    {{ exact_integer('base_fee_wei') }} as base_fee_wei,
    receipts_root,
    logs_bloom,
    gas_used,
    gas_limit,
    transaction_count,
    day
from {{ source('chain', 'raw_chain__blocks') }}
where {{ within_days() }}
