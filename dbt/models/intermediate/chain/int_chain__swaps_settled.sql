-- What a swap's recipient really received, next to what the pool's event says. The rules (turn, token
-- paid out, received, taken back) are those of domain/chain/payouts.py, where they are explained; a test
-- compares the two row by row. Unknown is null with a reason, never zero.
with turn_ends as (
    -- The last event of each thing a pool can do that moves tokens: V2 and V3 Swap, V2 Mint and Burn,
    -- V3 Mint, Collect and Flash.
    select
        *,
        coalesce(
            lag(log_index) over (partition by chain_id, block_hash, tx_hash, address order by log_index), -1
        ) as turn_start_index
    from {{ ref('stg_chain__logs') }}
    where topic0 in (
        '0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822',
        '0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67',
        '0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f',
        '0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496',
        '0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde',
        '0x70935338e69775456a85ddef226c395fb668b63fa0115f5f20610b388e6ca9c0',
        '0xbdbdb71d7860376ba52b25a5028beea23581364a40522f6bcfb86bb1f2dca633'
    )
),

swaps as (
    select
        chain_id,
        block_number,
        block_hash,
        block_timestamp_s,
        tx_hash,
        tx_index,
        log_index as swap_log_index,
        turn_start_index,
        address as pool,
        if(topic0 = '0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822', 'v2', 'v3') as kind,
        {{ word_address('topic1') }} as sender,
        {{ word_address('topic2') }} as recipient,
        data,
        day
    from turn_ends
    where
        {{ topic_count() }} = 3
        and (
            (
                topic0 = '0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822'
                and {{ word_count('data') }} = 4
            )
            or (
                topic0 = '0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67'
                and {{ word_count('data') }} = 5
            )
        )
),

sides as (
    -- V2 states both directions of a side; V3 one signed number, positive into the pool.
    {% for side in (0, 1) %}
    select
        * exclude (data),
        {{ side }} as side,
        case
            when kind = 'v2' then {{ word_uint(word('data', side)) }}
            when {{ word_is_negative(word('data', side)) }} then 0
            else {{ word_uint(word('data', side)) }}
        end as amount_in_units,
        case
            when kind = 'v2' then {{ word_uint(word('data', 2 + side)) }}
            when {{ word_is_negative(word('data', side)) }} then {{ word_negated(word('data', side)) }}
            else 0
        end as amount_out_units,
        if(kind = 'v2', {{ word('data', 2 + side) }}, {{ word('data', side) }}) as amount_out_hex
    from swaps
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

paying as (
    -- An amount beyond 38 digits is null and still pays out.
    select
        *,
        coalesce(amount_out_units <> 0, true) as pays_out,
        count(*) filter (where coalesce(amount_out_units <> 0, true))
            over (partition by chain_id, block_hash, swap_log_index) as paying_sides
    from sides
),

moves as (
    -- Transfers within the turn of a swap, once a swap.
    select
        swaps.chain_id,
        swaps.block_hash,
        swaps.swap_log_index,
        swaps.pool,
        swaps.recipient as swap_recipient,
        transfers.log_index,
        transfers.token,
        transfers.sender,
        transfers.recipient,
        transfers.units,
        transfers.sender = swaps.pool and transfers.token <> swaps.pool as is_sent,
        (transfers.sender = swaps.pool or transfers.recipient = swaps.pool)
        and transfers.token <> swaps.pool as touches_pool
    from swaps
    inner join {{ ref('int_chain__transfers_decoded') }} as transfers
        on
            swaps.chain_id = transfers.chain_id
            and swaps.block_hash = transfers.block_hash
            and swaps.tx_hash = transfers.tx_hash
            and transfers.log_index > swaps.turn_start_index
            and transfers.log_index < swaps.swap_log_index
    where transfers.standard in ('erc20', 'unindexed')
),

tokens as (
    -- What the pool sent and which tokens it touched in the turn.
    select
        chain_id,
        block_hash,
        swap_log_index,
        count(distinct token) filter (where is_sent) as sent_tokens,
        min(token) filter (where is_sent) as sent_token,
        count(distinct token) filter (where touches_pool) as pool_tokens,
        min(token) filter (where touches_pool) as lower_token,
        max(token) filter (where touches_pool) as upper_token
    from moves
    group by chain_id, block_hash, swap_log_index
),

sent as (
    select
        chain_id,
        block_hash,
        swap_log_index,
        token,
        {{ exact_sum('units') }} as sent_units,
        count(*) as payments
    from moves
    where is_sent
    group by chain_id, block_hash, swap_log_index, token
),

exact_matches as (
    select
        paying.chain_id,
        paying.block_hash,
        paying.swap_log_index,
        paying.side,
        if(count(*) = 1, min(sent.token), null) as exact_token
    from paying
    inner join sent using (chain_id, block_hash, swap_log_index)
    where paying.pays_out and sent.sent_units = paying.amount_out_units
    group by paying.chain_id, paying.block_hash, paying.swap_log_index, paying.side
),

token_paid as (
    select
        paying.*,
        coalesce(tokens.sent_tokens, 0) as sent_tokens,
        case
            when not paying.pays_out or coalesce(tokens.sent_tokens, 0) = 0 then null
            when tokens.sent_tokens = 1 and paying.paying_sides = 1 then tokens.sent_token
            when tokens.pool_tokens = 2 and by_order.token is not null then by_order.token
            else exact_matches.exact_token
        end as token
    from paying
    left join tokens using (chain_id, block_hash, swap_log_index)
    left join sent as by_order
        on
            paying.chain_id = by_order.chain_id
            and paying.block_hash = by_order.block_hash
            and paying.swap_log_index = by_order.swap_log_index
            and by_order.token = if(paying.side = 0, tokens.lower_token, tokens.upper_token)
    left join exact_matches
        on
            paying.chain_id = exact_matches.chain_id
            and paying.block_hash = exact_matches.block_hash
            and paying.swap_log_index = exact_matches.swap_log_index
            and paying.side = exact_matches.side
),

of_token as (
    select
        token_paid.side,
        moves.*
    from token_paid
    inner join moves using (chain_id, block_hash, swap_log_index, token)
),

arrivals as (
    -- Paid by the pool directly; failing that, passed on by those the pool paid.
    select
        *,
        max(is_sent::integer) over (partition by chain_id, block_hash, swap_log_index, side) as is_direct
    from of_token
    where
        recipient = swap_recipient
        and (
            is_sent
            or exists (
                select 1
                from of_token as payment
                where
                    payment.is_sent
                    and payment.chain_id = of_token.chain_id
                    and payment.block_hash = of_token.block_hash
                    and payment.swap_log_index = of_token.swap_log_index
                    and payment.side = of_token.side
                    and payment.recipient = of_token.sender
            )
        )
    qualify is_sent::integer = is_direct
),

taken_back as (
    -- What the token took from the recipient at once: log after log, to itself or to a burn address.
    select
        arrivals.chain_id,
        arrivals.block_hash,
        arrivals.swap_log_index,
        arrivals.side,
        taken.units
    from arrivals
    inner join of_token as taken
        on
            arrivals.chain_id = taken.chain_id
            and arrivals.block_hash = taken.block_hash
            and arrivals.swap_log_index = taken.swap_log_index
            and arrivals.side = taken.side
            and taken.log_index > arrivals.log_index
            and taken.sender = arrivals.recipient
    where
        taken.recipient in (
            taken.token,
            '0x0000000000000000000000000000000000000000',
            '0x000000000000000000000000000000000000dead'
        )
    qualify
        taken.log_index - arrivals.log_index
        = row_number() over (
            partition by
                arrivals.chain_id, arrivals.block_hash, arrivals.swap_log_index, arrivals.side, arrivals.log_index
            order by taken.log_index
        )
),

arrived as (
    select
        chain_id,
        block_hash,
        swap_log_index,
        side,
        {{ exact_sum('units') }} as units
    from arrivals
    group by chain_id, block_hash, swap_log_index, side
),

taken as (
    select
        chain_id,
        block_hash,
        swap_log_index,
        side,
        {{ exact_sum('units') }} as units
    from taken_back
    group by chain_id, block_hash, swap_log_index, side
),

settled as (
    select
        token_paid.*,
        sent.payments,
        arrived.swap_log_index is not null as has_arrivals,
        taken.swap_log_index is not null as has_taken,
        case
            when token_paid.token is null then null
            when arrived.swap_log_index is null then 0
            when taken.swap_log_index is null then arrived.units
            else arrived.units - taken.units
        end as received_units
    from token_paid
    left join sent using (chain_id, block_hash, swap_log_index, token)
    left join arrived
        on
            token_paid.chain_id = arrived.chain_id
            and token_paid.block_hash = arrived.block_hash
            and token_paid.swap_log_index = arrived.swap_log_index
            and token_paid.side = arrived.side
    left join taken
        on
            token_paid.chain_id = taken.chain_id
            and token_paid.block_hash = taken.block_hash
            and token_paid.swap_log_index = taken.swap_log_index
            and token_paid.side = taken.side
)

select
    chain_id,
    block_number,
    block_hash,
    block_timestamp_s,
    tx_hash,
    tx_index,
    swap_log_index,
    side,
    kind,
    pool,
    sender,
    recipient,
    amount_in_units,
    amount_out_units,
    amount_out_hex,
    token,
    coalesce(payments, 0) as payments,
    received_units,
    if(
        received_units is null or amount_out_units is null,
        null,
        greatest(amount_out_units - received_units, 0)
    )::decimal(38, 0) as shortfall_units,
    case
        when not pays_out then null
        when sent_tokens = 0 then 'no transfer of a token out of the pool was logged'
        when token is null then 'the pool sent several tokens and none can be told to be this side''s'
        when received_units is null or amount_out_units is null then 'needs more than 38 digits'
    end as unknown_because,
    day
from settled
