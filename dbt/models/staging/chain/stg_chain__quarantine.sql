-- What DECIMAL(38,0) cannot hold is set aside with its reason, never rounded.
with amounts as (
    select tx_hash, 'value_wei' as field, value_wei as written, day
    from {{ source('chain', 'raw_chain__transactions') }}
    union all
    select tx_hash, 'effective_gas_price_wei' as field, effective_gas_price_wei as written, day
    from {{ source('chain', 'raw_chain__transactions') }}
    union all
    select account || ' ' || asset as tx_hash, 'units' as field, units as written, day
    from {{ source('chain', 'raw_chain__balances') }}
    union all
    select account || ' ' || asset as tx_hash, 'units' as field, units as written, day
    from {{ source('chain', 'raw_chain__openings') }}
)

select
    tx_hash as subject,
    field,
    written,
    'needs more than 38 digits' as reason,
    day
from amounts
where {{ within_days() }} and written is not null and {{ exact_integer('written') }} is null
