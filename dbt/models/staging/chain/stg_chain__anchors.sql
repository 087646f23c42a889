select
    chain_id,
    block_number,
    block_hash,
    timestamp_s,
    cutoff_ns,
    head_block,
    safe_block,
    final_block,
    reason,
    day
from {{ source('chain', 'raw_chain__anchors') }}
where {{ on_day() }}
