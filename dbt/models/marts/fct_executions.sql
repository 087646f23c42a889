with found as (
    select
        opportunity_id,
        mark_e6,
        found_ns,
        expected_net_usd_e24
    from {{ ref('stg_journal__opportunities') }}
)

select
    settled.execution_id,
    settled.opportunity_id,
    settled.strategy,
    settled.status,
    settled.finality,
    settled.is_provisional,
    settled.reason,
    settled.gas_wei,
    settled.predicted_net_usd_e24,
    settled.realised_gross_usd_e24,
    settled.realised_fee_usd_e24,
    settled.realised_gas_usd_e24,
    settled.realised_net_usd_e24,
    found.mark_e6,
    found.found_ns,
    settled.day
from {{ source('books', 'int_settlement__executions_settled') }} as settled
left join found on settled.opportunity_id = found.opportunity_id
where {{ on_day('settled.day') }}
