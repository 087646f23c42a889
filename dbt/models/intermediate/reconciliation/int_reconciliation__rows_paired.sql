-- Every row once: beside its partner of the same key and content where each is there once, alone otherwise.
-- The first step of domain/reconciliation/exact.py. The hash only brings rows together: is_exact compares what
-- it stands for, and a time outside the window, or something both sides state and state differently, leaves
-- both in one row that is not exact.
{{ config(enabled=var('reconciliation', false), materialized='view') }}

with lefts as (
    select
        *,
        case
            when
                is_plain
                and content_hash not in (
                    select content_hash
                    from {{ ref('int_reconciliation__rows_repeated') }}
                    where side = 'left'
                )
                then content_hash
        end as pair_hash
    from {{ source('reconciliation', 'reconciliation_left') }}
),

rights as (
    select
        *,
        case
            when
                is_plain
                and content_hash not in (
                    select content_hash
                    from {{ ref('int_reconciliation__rows_repeated') }}
                    where side = 'right'
                )
                then content_hash
        end as pair_hash
    from {{ source('reconciliation', 'reconciliation_right') }}
)

select
    {% for side in ('left', 'right') -%}
    {% for column in ('id', 'time_ns', 'account', 'asset', 'amount', 'fee_asset', 'fee', 'ref', 'order_id', 'kind', 'status', 'block', 'price') -%}
    {{ side }}s.{{ column }} as {{ side }}_{{ column }},
    {% endfor -%}
    {% endfor -%}
    lefts.id is not null
    and rights.id is not null
    and lefts.is_by_ref = rights.is_by_ref
    and lefts.match_key = rights.match_key
    and lefts.account = rights.account
    and lefts.asset = rights.asset
    and lefts.amount = rights.amount
    and lefts.fee_asset = rights.fee_asset
    and lefts.fee = rights.fee
    and rights.time_ns - lefts.time_ns between -{{ var('window_before_ns', 3600000000000) }} and {{ var('window_after_ns', 72000000000000) }}
    and lefts.price = rights.price
    and (lefts.kind = rights.kind or lefts.kind = '' or rights.kind = '')
    and (lefts.order_id = rights.order_id or lefts.order_id = '' or rights.order_id = '')
    and (lefts.block = rights.block or lefts.block = '' or rights.block = '') as is_exact
from lefts
full outer join rights
    on lefts.pair_hash = rights.pair_hash
