with legs as (
    select
        leg_id as settlement_id,
        'leg' as movement,
        execution_id,
        opportunity_id,
        strategy,
        venue,
        at_ns,
        base_asset as asset,
        base_units as units,
        quote_asset as counter_asset,
        quote_units as counter_units,
        order_ref as subject,
        evidence,
        day
    from {{ source('books', 'int_settlement__legs_settled') }}
    where {{ on_day() }}
),

others as (
    select
        movement_id as settlement_id,
        movement,
        execution_id,
        opportunity_id,
        strategy,
        venue,
        at_ns,
        asset,
        units,
        cast(null as varchar) as counter_asset,
        cast(null as decimal(38, 0)) as counter_units,
        subject,
        evidence,
        day
    from {{ source('books', 'int_settlement__movements_settled') }}
    where {{ on_day() }}
)

select * from legs
union all
select * from others
