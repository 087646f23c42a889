-- The layout alone decides what a log named Transfer is; see domain/chain/events.py, which decodes the
-- same in the loop. A log with an unknown layout, or a number beyond 38 digits, stays as a row with its
-- reason, so that nothing vanishes and nothing is rounded.
with named as (
    select
        *,
        {{ topic_count() }} as topics,
        {{ word_count('data') }} as words
    from {{ ref('stg_chain__logs') }}
    where topic0 = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
),

laid_out as (
    select
        *,
        case
            when topics = 3 and words = 1 then 'erc20'
            when topics = 4 and words = 0 then 'erc721'
            when topics = 1 and words = 3 then 'unindexed'
        end as standard
    from named
),

worded as (
    select
        *,
        case standard
            when 'erc20' then {{ word('data') }}
            when 'erc721' then {{ word('topic3') }}
            when 'unindexed' then {{ word('data', 2) }}
        end as number_hex,
        case when standard = 'unindexed' then {{ word('data') }} else {{ word('topic1') }} end as sender_word,
        case when standard = 'unindexed' then {{ word('data', 1) }} else {{ word('topic2') }} end as recipient_word
    from laid_out
),

numbered as (
    select
        *,
        {{ word_uint('number_hex') }} as number_units
    from worded
)

select
    chain_id,
    block_number,
    block_hash,
    block_timestamp_s,
    tx_hash,
    tx_index,
    log_index,
    address as token,
    standard,
    case when standard is not null then {{ word_address('sender_word') }} end as sender,
    case when standard is not null then {{ word_address('recipient_word') }} end as recipient,
    case when standard = 'erc721' then 1::decimal(38, 0) else number_units end as units,
    case when standard = 'erc721' then number_units end as token_id,
    number_hex,
    case
        when standard is null then 'its layout is none of the known ones'
        when number_units is null then 'needs more than 38 digits'
    end as quarantine_reason,
    day
from numbered
