select
    chain_id,
    block_hash,
    swap_log_index
from {{ ref('int_chain__swaps_settled') }}
group by chain_id, block_hash, swap_log_index
having count(*) <> 2 or count(distinct side) <> 2
