select
    chain_id,
    block_hash
from {{ ref('int_chain__fees_totalled') }}
group by chain_id, block_hash
having count(*) > 1
