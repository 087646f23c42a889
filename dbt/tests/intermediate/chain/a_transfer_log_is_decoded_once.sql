select
    chain_id,
    block_hash,
    log_index
from {{ ref('int_chain__transfers_decoded') }}
group by chain_id, block_hash, log_index
having count(*) > 1
