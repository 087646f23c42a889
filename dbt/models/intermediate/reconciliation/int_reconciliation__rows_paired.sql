-- Every row once, by number: beside its partner of the same key and content where each is there once, alone otherwise.
-- The first step of domain/reconciliation/exact.py. Keys and contents are compared in full; a time outside the
-- window, or something both sides state and state differently, leaves both in one row that is not exact.
{{ config(enabled=var('reconciliation', false)) }}

with lefts as (
    select
        *,
        {{ key_of_one('left') }} as pair_key
    from {{ source('reconciliation', 'reconciliation_left') }}
),

rights as (
    select
        *,
        {{ key_of_one('right') }} as pair_key
    from {{ source('reconciliation', 'reconciliation_right') }}
)

select
    lefts.line as left_line,
    rights.line as right_line,
    lefts.is_by_ref,
    lefts.line is not null
    and rights.line is not null
    and rights.time_ns - lefts.time_ns between -{{ var('window_before_ns', 3600000000000) }} and {{ var('window_after_ns', 72000000000000) }}
    and lefts.price = rights.price
    and (lefts.kind = rights.kind or lefts.kind = '' or rights.kind = '')
    and (lefts.order_id = rights.order_id or lefts.order_id = '' or rights.order_id = '')
    and (lefts.block = rights.block or lefts.block = '' or rights.block = '') as is_exact
from lefts
full outer join rights
    on
        lefts.pair_key = rights.pair_key
        and lefts.is_by_ref = rights.is_by_ref
        and lefts.account = rights.account
        and lefts.asset = rights.asset
        and lefts.amount = rights.amount
        and lefts.fee_asset = rights.fee_asset
        and lefts.fee = rights.fee
