-- Amounts beyond 38 digits become null here and are named in stg_chain__quarantine.
select
    chain_id,
    tx_hash,
    tx_index,
    block_number,
    block_hash,
    block_timestamp_s,
    sender,
    recipient,
    nonce,
    {{ exact_integer('value_wei') }} as value_wei,
    tx_type,
    gas_limit,
    status,
    gas_used,
    cumulative_gas_used,
    {{ exact_integer('effective_gas_price_wei') }} as effective_gas_price_wei,
    contract_address,
    blob_gas_used,
    {{ exact_integer('blob_gas_price_wei') }} as blob_gas_price_wei,
    {{ exact_integer('l1_fee_wei') }} as l1_fee_wei,
    day
from {{ source('chain', 'raw_chain__transactions') }}
where {{ within_days() }}
qualify row_number() over (partition by chain_id, block_hash, tx_hash order by day) = 1
