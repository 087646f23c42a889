{{ held_at_block(source('chain', 'raw_chain__balances')) }}
