-- Rows, settled or not, that share a ref or an id with the residue of their side, or, where that has no ref, everything
-- but the id: what tells a copy from a row that is missing on the other side.
{{ config(enabled=var('reconciliation', false)) }}

with rows_open as (
    select
        left_ref as ref,
        left_id as id,
        left_time_ns as time_ns,
        left_account as account,
        left_asset as asset,
        left_amount as amount
    from {{ ref('int_reconciliation__rows_open') }}
    where left_id is not null
),

refs_open as (
    select ref
    from rows_open
    where ref <> ''
    union
    select right_ref as ref
    from {{ ref('int_reconciliation__rows_open') }}
    where right_ref <> ''
)

select rows_all.*
from {{ source('reconciliation', 'reconciliation_left') }} as rows_all
where
    rows_all.ref in (select ref from refs_open)
    or rows_all.id in (select id from rows_open)
    {%- if var('some_have_no_ref', true) %}
    or exists (
        select 1
        from rows_open
        where
            rows_open.ref = ''
            and rows_open.time_ns = rows_all.time_ns
            and rows_open.account = rows_all.account
            and rows_open.asset = rows_all.asset
            and rows_open.amount = rows_all.amount
    )
    {%- endif %}
