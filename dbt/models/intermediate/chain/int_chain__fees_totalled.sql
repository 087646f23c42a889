-- A fee is paid whether or not the transaction did anything, so failed ones are in every total. The same
-- sum is domain/chain/fees.py. Gas fits 64 bits; a price of 10^19 wei or more could leave 38 digits when
-- multiplied, so such a transaction is counted as quarantined instead of being totalled wrongly.
with priced as (
    select
        *,
        effective_gas_price_wei < 10000000000000000000
        and coalesce(blob_gas_price_wei, 0) < 10000000000000000000
        and (l1_fee_wei is null or l1_fee_wei < 10000000000000000000000000000) as fits
    from {{ ref('stg_chain__transactions') }}
),

charged as (
    select
        *,
        if(fits, gas_used::hugeint * effective_gas_price_wei::hugeint, null)::decimal(38, 0) as execution_fee_wei,
        if(fits, coalesce(blob_gas_used, 0)::hugeint * coalesce(blob_gas_price_wei, 0)::hugeint, null)::decimal(38, 0)
            as blob_fee_wei,
        if(fits, coalesce(l1_fee_wei, 0), null)::decimal(38, 0) as rollup_fee_wei
    from priced
)

select
    chain_id,
    block_number,
    block_hash,
    block_timestamp_s,
    count(*) as transactions,
    count(*) filter (where status = 0) as failed_transactions,
    count(*) filter (where status is null) as outcome_unknown_transactions,
    count(*) filter (where fits is distinct from true) as quarantined_transactions,
    {{ exact_sum('execution_fee_wei') }} as execution_fee_wei,
    {{ exact_sum('blob_fee_wei') }} as blob_fee_wei,
    {{ exact_sum('rollup_fee_wei') }} as rollup_fee_wei,
    ({{ exact_sum('execution_fee_wei') }} + {{ exact_sum('blob_fee_wei') }} + {{ exact_sum('rollup_fee_wei') }})
        ::decimal(38, 0) as total_fee_wei,
    day
from charged
group by chain_id, block_number, block_hash, block_timestamp_s, day
