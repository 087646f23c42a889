select
    chain_id,
    block_number,
    block_hash,
    block_timestamp_s,
    tx_hash,
    tx_index,
    log_index,
    address,
    topic0,
    topic1,
    topic2,
    topic3,
    data,
    removed,
    day
from {{ source('chain', 'raw_chain__logs') }}
where {{ within_days() }} and not removed
qualify row_number() over (partition by chain_id, block_hash, tx_hash, log_index order by day) = 1
