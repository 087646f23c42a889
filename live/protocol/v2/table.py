"""The table of v2: every schema and part, with what each field means. Data, and nothing else.

Numbers begin at 256, clear of every number v1 or its successors used, and are never used twice.
"""

from __future__ import annotations

from live.protocol.v2 import control as c
from live.protocol.v2 import messages as m
from live.protocol.v2.blocks import CONTROL
from live.protocol.v2.schemas import Field, Part, Schema, Table

_ROUTING = Field("routing", "routing", "The routing block.")

PARTS = (
    Part(
        "hop",
        m.Hop,
        (
            Field("venue", "text", "Name of the venue."),
            Field("place", "text", "Identity of the market: a pool's address, an exchange's pair."),
            Field("asset_in", "text", "Identity of what is given."),
            Field("asset_out", "text", "Identity of what is got."),
            Field("amount_in", "i256", "Base units of `asset_in`."),
            Field("amount_out", "i256", "Base units of `asset_out`, the pool's fee included."),
            Field("fee_pips", "u32", "The venue's own fee in millionths."),
            Field("evidence", "text", "What was looked at: block hash, book sequence."),
        ),
    ),
    Part(
        "fill",
        m.Fill,
        (
            Field("venue", "text", "Where it was sent; a chain's own word when it is no venue's."),
            Field("reference", "text", "Transaction hash or client order id."),
            Field("purpose", "text", "`leg`, `hedge`, `unwind`, `slice` or `retire`."),
            Field("status", "text", "What the venue said last; `UNKNOWN` when it said nothing."),
            Field("asset_in", "text", "Identity of what is given; empty when unknown."),
            Field("asset_out", "text", "Identity of what is got; empty when unknown."),
            Field("amount_in", "i256?", "Base units given; absent when unknown."),
            Field("amount_out", "i256?", "Base units got; absent when unknown."),
            Field("fee_asset", "text", "Identity of what the fee was paid in; empty when none."),
            Field("fee_amount", "i256?", "Base units of the fee; absent when unknown."),
        ),
    ),
    Part(
        "position",
        c.Position,
        (
            Field("channel", "text", "Name of the channel."),
            Field("epoch_ns", "u64", "When this relay began to count; another means it restarted."),
            Field("sequence", "u64", "How many of the channel's frames had come by."),
        ),
    ),
    Part(
        "count",
        c.Count,
        (
            Field("channel", "text", "Name of the channel."),
            Field("sent", "u64", "Frames meant for this client since its count began."),
            Field("dropped", "u64", "Of those, dropped for want of room since the last word."),
            Field("superseded", "u64", "Of those, replaced by a newer state since then."),
        ),
    ),
)

CONTROL_SCHEMAS = (
    Schema(256, c.Heartbeat, CONTROL, ()),
    Schema(
        257,
        c.GapNotice,
        CONTROL,
        (
            Field("source", "text", "Whose frames are missing."),
            Field("expected", "u64", "Sequence of the first missing one; 0 when nobody knows."),
            Field("got", "u64", "Sequence that came instead, or how many are missing."),
            Field("channel", "text", "The channel they were dropped from; empty when upstream."),
            Field("missing_frames", "u64", "How many; 0 when nobody knows."),
        ),
    ),
    Schema(
        267,
        c.Hello,
        CONTROL,
        (
            Field("lowest", "u16", "Lowest version spoken: major in the high byte, then minor."),
            Field("highest", "u16", "Highest version spoken."),
            Field("features", "text*", "What the client can do beyond the version."),
            Field("client", "text", "What the client calls itself."),
        ),
    ),
    Schema(
        268,
        c.Welcome,
        CONTROL,
        (
            Field("version", "u16", "The highest version that both speak."),
            Field("features", "text*", "What both can do."),
            Field("server", "text", "What the server calls itself."),
        ),
    ),
    Schema(269, c.Refused, CONTROL, (Field("reason", "text", "One sentence for a person."),)),
    Schema(
        270,
        c.Subscribe,
        CONTROL,
        (
            Field("request", "u32", "The client's own number, repeated in the answer."),
            Field("channels", "text*", "Names of channels."),
            Field("schemas", "u16*", "Schema numbers."),
            Field("venues", "text*", "A message about any of them."),
            Field("pairs", "text*", "A message about any of them."),
            Field("strategies", "text*", "A message that belongs to one of them."),
            Field("min_profit_usd_e6", "i64?", "Millionths of a dollar; unknown profit fails it."),
            Field("min_confidence_ppm", "u32?", "Millionths; unknown confidence fails it."),
            Field("replay_from", "position*", "Send again what came behind these positions."),
        ),
    ),
    Schema(
        271,
        c.Ack,
        CONTROL,
        (
            Field("request", "u32", "Of what is answered."),
            Field("positions", "position*", "Where each channel stands."),
        ),
    ),
    Schema(
        272,
        c.ExpiryNotice,
        CONTROL,
        (
            Field("schema", "u16", "Of what expired."),
            Field("source", "u16", "Who sent it."),
            Field("sequence", "u64", "Its sequence."),
            Field("correlation", "bytes", "Its correlation id."),
            Field("expires_ns", "u64", "When it expired."),
        ),
    ),
    Schema(
        273,
        c.ReplayRequest,
        CONTROL,
        (
            Field("request", "u32", "The client's own number, repeated in the answer."),
            Field("start", "position", "Behind which frames are wanted."),
            Field("most_frames", "u32", "At most so many; 0 for all there are."),
        ),
    ),
    Schema(
        274,
        c.ReplayUnavailable,
        CONTROL,
        (
            Field("request", "u32", "Of what is answered."),
            Field("oldest", "position", "Behind which everything is still there."),
            Field("reason", "text", "One sentence for a person."),
        ),
    ),
    Schema(
        275,
        c.Positions,
        CONTROL,
        (Field("positions", "position*", "Where each channel stands at this point."),),
    ),
    Schema(
        276,
        c.Counts,
        CONTROL,
        (Field("counts", "count*", "What was sent on each channel up to this point."),),
    ),
    Schema(
        277,
        c.Conflated,
        CONTROL,
        (
            Field("source", "text", "Whose frames were not sent."),
            Field("channel", "text", "The channel they were of."),
            Field("frames", "u64", "How many."),
        ),
    ),
)

DATA_SCHEMAS = (
    Schema(
        258,
        m.ChainHead,
        "chain",
        (
            _ROUTING,
            Field("number", "u64", "Height."),
            Field("hash", "hash32", "Of the block."),
            Field("parent_hash", "hash32", "Of the block before it."),
            Field("timestamp_s", "u64", "The block's own time, seconds since the epoch."),
            Field("base_fee_wei", "u256", "Wei a unit of gas."),
        ),
    ),
    Schema(
        259,
        m.PoolState,
        "pools",
        (
            _ROUTING,
            Field("venue", "text", "Name of the pool."),
            Field("pool", "text", "Identity of the pool: chain and address (CAIP-10)."),
            Field("kind", "text", "`v2` (constant product) or `v3` (concentrated liquidity)."),
            Field("asset0", "text", "Identity of the contract's token0 (CAIP-19)."),
            Field("asset1", "text", "Identity of the contract's token1 (CAIP-19)."),
            Field("fee_pips", "u32", "Swap fee in millionths of the input."),
            Field("block_number", "u64", "Height at whose end this is the state."),
            Field("block_hash", "hash32", "Of that block."),
            Field("log_index", "i32", "Of the log that led here; -1 when read from the contract."),
            Field("reserve0", "u256", "Of a v2 pool, base units of token0; 0 for v3."),
            Field("reserve1", "u256", "Of a v2 pool, base units of token1; 0 for v3."),
            Field("sqrt_price_x96", "u256", "Of a v3 pool; 0 for v2."),
            Field("tick", "i32", "Of a v3 pool; 0 for v2."),
            Field("liquidity", "u128", "Active liquidity of a v3 pool; 0 for v2."),
            Field("ticks", "ticks", "Initialised ticks of a v3 pool, ordered, with liquidity net."),
        ),
    ),
    Schema(
        261,
        m.ArbitrageOpportunity,
        "signals",
        (
            _ROUTING,
            Field("opportunity_id", "text", "The journal's id, 32 hex digits."),
            Field("hops", "hop*", "The path, in order; the last gives what the first took."),
            Field("gas_asset", "text", "Identity of what gas is paid in."),
            Field("gas_amount", "i256", "Expected gas cost, base units of `gas_asset`."),
            Field("gross_usd_e24", "i256", "Expected before fees and gas, 1e-24 dollars."),
            Field("fee_usd_e24", "i256", "Expected fees, 1e-24 dollars."),
            Field("net_usd_e24", "i256", "Expected after fees and gas, 1e-24 dollars."),
            Field("mark_e6", "u64?", "Dollars e6 of a whole base asset: what made it dollars."),
            Field("block_number", "u64?", "Height the pools were quoted at."),
            Field("block_hash", "hash32?", "Of that block."),
            Field("found_ns", "u64", "When it was found."),
            Field("record", "bytes", "Its canonical journal payload, for those who act on it."),
        ),
    ),
    Schema(
        262,
        m.ExecutionResult,
        "executions",
        (
            _ROUTING,
            Field("execution_id", "text", "The journal's id."),
            Field("opportunity_id", "text", "Of what was executed."),
            Field("outcome", "text", "`SETTLED`, `PARTIAL`, `FAILED` or `UNKNOWN`."),
            Field("reason", "text", "One sentence for a person."),
            Field("fills", "fill*", "Its transactions and orders, in the order they were sent."),
            Field("gas_asset", "text", "Identity of what gas was paid in; empty when none was."),
            Field("gas_amount", "i256?", "Gas paid, base units; absent when unknown."),
            Field("realised_usd_e24", "i256?", "Provisional result, 1e-24 dollars; or absent."),
            Field("block_number", "u64?", "Highest block of its transactions."),
            Field("finished_ns", "u64", "When it ended."),
        ),
    ),
    Schema(
        263,
        m.RiskAlert,
        "risk",
        (
            _ROUTING,
            Field("alert", "text", "Name of the alert."),
            Field("severity", "text", "`info`, `warning` or `critical`."),
            Field("subject", "text", "What it is about: a scope, an execution, an opportunity."),
            Field("detail", "text", "One sentence for a person."),
            Field("limit_name", "text", "The limit that was met; empty when none was."),
            Field("limit_value", "text", "Of that limit."),
            Field("observed_value", "text", "What met it."),
            Field("is_halting", "bool", "Whether trading of the subject stops."),
            Field("raised_ns", "u64", "When it was raised."),
        ),
    ),
    Schema(
        264,
        m.StrategyPerformance,
        "strategy",
        (
            _ROUTING,
            Field("since_ns", "u64", "When counting began."),
            Field("until_ns", "u64", "Up to when it is counted."),
            Field("heard", "u64", "Opportunities heard of."),
            Field("declined", "u64", "Declined by risk."),
            Field("taken", "u64", "Executions started."),
            Field("settled", "u64", "Executions ended with every leg done."),
            Field("partial", "u64", "Executions ended with a position left."),
            Field("failed", "u64", "Executions ended with nothing done."),
            Field("unknown", "u64", "Executions whose outcome nobody knows yet."),
            Field("expected_usd_e24", "i256?", "Expected net of those settled, 1e-24 dollars."),
            Field("realised_usd_e24", "i256?", "Provisional result, 1e-24 dollars; or absent."),
        ),
    ),
    Schema(
        265,
        m.OrderBookState,
        "books",
        (
            _ROUTING,
            Field("venue", "text", "Name of the exchange."),
            Field("symbol", "text", "The exchange's own name of the pair."),
            Field("base_asset", "text", "Identity of what is bought and sold."),
            Field("quote_asset", "text", "Identity of what prices are in."),
            Field("is_full", "bool", "The whole book; else what changed, size 0 for a level gone."),
            Field(
                "sequence",
                "u64",
                "Of the book; a delta follows the one before by 1, an older one is passed over. 0: "
                "nobody knows this book now.",
            ),
            Field("price_decimals", "u8", "A price is its integer over 10 to this."),
            Field("size_decimals", "u8", "A size is its integer over 10 to this."),
            Field("bids", "levels", "Best first."),
            Field("asks", "levels", "Best first."),
        ),
    ),
    Schema(
        266, m.V1Frame, "market", (_ROUTING, Field("raw", "bytes", "Header and payload of v1."))
    ),
)

SCHEMAS = tuple(sorted((*CONTROL_SCHEMAS, *DATA_SCHEMAS), key=lambda schema: schema.number))
RETIRED = {260: "OpportunitySignal, which ArbitrageOpportunity replaced before any release"}
TABLE = Table(SCHEMAS, PARTS, RETIRED)
