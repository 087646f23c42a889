{{ config(enabled=var('reconciliation', false)) }}

{{ residue_of('left') }}
