with found as (
    select
        opportunity_id,
        expected_gross_usd_e24,
        expected_fee_usd_e24,
        expected_gas_wei,
        expected_slippage_bps,
        confidence_ppm,
        confidence_model
    from {{ ref('stg_journal__opportunities') }}
),

settled as (
    select
        opportunity_id,
        realised_gross_usd_e24,
        realised_fee_usd_e24,
        gas_wei
    from {{ source('books', 'int_settlement__executions_settled') }}
    where {{ on_day() }}
)

select
    compared.opportunity_id,
    compared.strategy,
    compared.found_ns,
    compared.fate,
    compared.status,
    compared.reason,
    compared.predicted_net_usd_e24,
    compared.realised_net_usd_e24,
    compared.shortfall_usd_e24,
    found.expected_gross_usd_e24 as predicted_gross_usd_e24,
    settled.realised_gross_usd_e24,
    found.expected_fee_usd_e24 as predicted_fee_usd_e24,
    settled.realised_fee_usd_e24,
    found.expected_gas_wei as predicted_gas_wei,
    settled.gas_wei as realised_gas_wei,
    found.expected_slippage_bps as predicted_slippage_bps,
    found.confidence_ppm,
    found.confidence_model,
    compared.day
from {{ source('books', 'int_pnl__opportunities_compared') }} as compared
left join found on compared.opportunity_id = found.opportunity_id
left join settled on compared.opportunity_id = settled.opportunity_id
where {{ on_day('compared.day') }}
