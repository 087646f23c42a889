"""What v1 can say: one frozen struct a type, fields in wire order, units in their names.

Prices, volumes and amounts are unsigned fixed point with eight decimals (`_e8`) unless a name says
otherwise; times are nanoseconds since the epoch. Structs only: layouts are in `codec.py`.
"""

from __future__ import annotations

import msgspec

UNKNOWN, BUY, SELL = 0, 1, 2
"""Side of a trade, from the taker; any other value reads as unknown."""
BID, ASK = 0, 1
"""Side of a book."""
DELETE, UPDATE, INSERT = 0, 1, 2
"""What happened to a level; any other value reads as update."""


class Trade(msgspec.Struct, frozen=True, gc=False):
    """A trade at a venue. The relay stamps `relay_ns`, a bridge `bridge_ns`; both start as 0."""

    timestamp_ns: int
    ingestion_ns: int
    price_e8: int
    volume_e8: int
    symbol_hash: int
    side: int
    relay_ns: int = 0
    bridge_ns: int = 0


class Level(msgspec.Struct, frozen=True, gc=False):
    """One price of a book and what rests there."""

    price_e8: int
    volume_e8: int


class OrderBook(msgspec.Struct, frozen=True):
    """A whole book, in the older form without a book sequence."""

    timestamp_ns: int
    symbol_hash: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class Heartbeat(msgspec.Struct, frozen=True):
    """A sender is alive; `counter` is its whole 32-bit sequence."""

    timestamp_ns: int
    counter: int


class Metrics(msgspec.Struct, frozen=True):
    """Type 4, whose payload nobody ever defined: opaque bytes."""

    body: bytes


class L2Snapshot(msgspec.Struct, frozen=True):
    """A whole book at a book sequence."""

    timestamp_ns: int
    symbol_hash: int
    sequence: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class L2Update(msgspec.Struct, frozen=True, gc=False):
    """One change of one level."""

    side: int
    price_e8: int
    volume_e8: int
    action: int


class L2Delta(msgspec.Struct, frozen=True):
    """What changed in a book, up to a book sequence."""

    timestamp_ns: int
    symbol_hash: int
    sequence: int
    updates: tuple[L2Update, ...]


class L2Reset(msgspec.Struct, frozen=True):
    """Forget this book. Exchanges: 1 kraken, 2 coinbase, 3 binance, 4 alpaca, 5 polygon."""

    symbol_hash: int
    exchange_id: int


class SymbolMapping(msgspec.Struct, frozen=True):
    """Which text a symbol hash stands for."""

    symbol_hash: int
    symbol: str


class V3State(msgspec.Struct, frozen=True):
    """A concentrated-liquidity pool at a moment; `sqrt_price_x96` is cut to 128 bits by v1."""

    current_tick: int
    sqrt_price_x96: int
    active_liquidity: int
    fee_pips: int


class ArbitrageOpportunity(msgspec.Struct, frozen=True):
    """Type 9. Layout A ends with the strings; layout B carries two optional V3 states before them.

    Amounts are unsigned: a loss cannot be expressed. `profit_percent_e8` is percent, not a
        fraction.
    """

    timestamp_ns: int
    price_buy_e8: int
    price_sell_e8: int
    estimated_profit_usd_e8: int
    profit_percent_e8: int
    liquidity_buy_usd_e8: int
    liquidity_sell_usd_e8: int
    max_trade_size_usd_e8: int
    gas_estimate: int
    pair: str
    token_a: str
    token_b: str
    dex_buy: str
    dex_sell: str
    dex_buy_router: str
    dex_sell_router: str
    v3_buy: V3State | None = None
    v3_sell: V3State | None = None


class StatusUpdate(msgspec.Struct, frozen=True):
    """Gas prices in whole gwei, the native token in cents of a dollar, a block height."""

    timestamp_ns: int
    gas_price_gwei: int
    gas_price_fast_gwei: int
    gas_price_instant_gwei: int
    native_price_usd_cents: int
    block_number: int


class MessageTrace(msgspec.Struct, frozen=True):
    """Where a message was on its way."""

    symbol_hash: int
    timestamp_ns: int
    message_id: str
    original_data_hash: str
    stage: str


class SwapEvent(msgspec.Struct, frozen=True):
    """A swap on chain; `pool_type` is 1 V2, 2 V3, 3 Curve.

    The hashes are string hashes or packed instrument ids; nothing in the message says which.
    """

    timestamp_ns: int
    pool_hash: int
    token0_hash: int
    token1_hash: int
    amount0_in_e8: int
    amount1_in_e8: int
    amount0_out_e8: int
    amount1_out_e8: int
    v3_state: V3State
    pool_type: int


class PoolUpdate(msgspec.Struct, frozen=True):
    """A change of a pool; `data` is 256 bytes in one of several layouts (see `pools.py`).

    `update_type` is 1 mint, 2 burn, 3 collect, 4 flash, 5 sync, 6 fee change, 7 price, 8 protocol
    fee, 9 pause; `protocol_type` 1 V2, 2 V3, 3 Curve, 4 Balancer.
    """

    timestamp_ns: int
    pool_hash: int
    update_type: int
    protocol_type: int
    data: bytes


class TokenInfo(msgspec.Struct, frozen=True):
    """A token; `token_address` is 0x and forty hex digits, texts are cut at 16 and 32 bytes."""

    timestamp_ns: int
    token_address: str
    decimals: int
    symbol: str
    name: str
    chain_id: int


Message = (
    Trade
    | OrderBook
    | Heartbeat
    | Metrics
    | L2Snapshot
    | L2Delta
    | L2Reset
    | SymbolMapping
    | ArbitrageOpportunity
    | StatusUpdate
    | MessageTrace
    | SwapEvent
    | PoolUpdate
    | TokenInfo
)
