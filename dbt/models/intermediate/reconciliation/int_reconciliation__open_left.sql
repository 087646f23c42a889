{{ config(enabled=var('reconciliation', false)) }}

{{ open_of('left') }}
