select
    positions.account,
    positions.asset,
    assets.symbol,
    assets.decimals,
    positions.opening_units,
    positions.closing_units,
    positions.closing_units - positions.opening_units as flow_units,
    positions.day
from {{ source('books', 'int_positions__positions_held') }} as positions
left join {{ ref('dim_assets') }} as assets on positions.asset = assets.asset
where {{ on_day('positions.day') }}
