-- The desk's own reference data, as it journalled it when it opened.
with latest as (
    select card
    from {{ ref('stg_journal__desks_opened') }}
    order by seq desc
    limit 1
),

assets as (
    select unnest(json_extract(card, '$.assets[*]')) as asset
    from latest
)

select
    asset ->> '$.asset' as asset,
    asset ->> '$.symbol' as symbol,
    cast(asset ->> '$.decimals' as integer) as decimals,
    asset ->> '$.underlying' as underlying
from assets
