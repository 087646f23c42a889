{{ config(enabled=var('reconciliation', false)) }}

{{ alike_of('right') }}
