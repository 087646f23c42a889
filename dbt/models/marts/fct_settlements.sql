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
),

moved as (
    select *, regexp_extract(evidence, '0x[0-9a-f]{64}') as tx_hash from legs
    union all
    select *, regexp_extract(evidence, '0x[0-9a-f]{64}') as tx_hash from others
),

-- A statement is the venue's last word; what a chain says is as settled as its block.
standing as (
    select
        moved.*,
        case
            when moved.movement = 'unknown' then 'none'
            when moved.tx_hash = '' then 'final'
            when transactions.block_number <= anchors.final_block then 'final'
            when transactions.block_number <= anchors.safe_block then 'safe'
            else 'included'
        end as finality
    from moved
    left join {{ ref('stg_chain__transactions') }} as transactions on moved.tx_hash = transactions.tx_hash
    left join {{ ref('stg_chain__anchors') }} as anchors on true
)

select * exclude (tx_hash) from standing
