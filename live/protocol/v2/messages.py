"""What v2 can say of markets, trades and risk: one frozen struct a schema, fields in wire order.

What each field means, with its unit, is said once, in the table (`table.py`), from which
docs/protocol.md is made. The words of the wire itself (hello, subscribe, gap) are in `control.py`.
"""

from __future__ import annotations

import msgspec

from live.protocol.v2.blocks import Routing


class ChainHead(msgspec.Struct, frozen=True):
    """A block became the head of the chain."""

    routing: Routing
    number: int
    hash: str
    parent_hash: str
    timestamp_s: int
    base_fee_wei: int


class PoolState(msgspec.Struct, frozen=True):
    """All that decides a pool's price, as of one log of one block."""

    routing: Routing
    venue: str
    pool: str
    kind: str
    asset0: str
    asset1: str
    fee_pips: int
    block_number: int
    block_hash: str
    log_index: int
    reserve0: int
    reserve1: int
    sqrt_price_x96: int
    tick: int
    liquidity: int
    ticks: tuple[tuple[int, int], ...]


class OrderBookState(msgspec.Struct, frozen=True):
    """An order book, whole or what changed in it, in the exact numbers of its venue."""

    routing: Routing
    venue: str
    symbol: str
    base_asset: str
    quote_asset: str
    is_full: bool
    sequence: int
    price_decimals: int
    size_decimals: int
    bids: tuple[tuple[int, int], ...]
    asks: tuple[tuple[int, int], ...]


class V1Frame(msgspec.Struct, frozen=True):
    """One frame of v1 market data, byte for byte, for those who speak v2."""

    routing: Routing
    raw: bytes


class Hop(msgspec.Struct, frozen=True):
    """One step of a path: an asset goes in at a venue and another comes out."""

    venue: str
    place: str
    asset_in: str
    asset_out: str
    amount_in: int
    amount_out: int
    fee_pips: int
    evidence: str


class ArbitrageOpportunity(msgspec.Struct, frozen=True):
    """A closed path through venues that would leave more than it took, costs and size included."""

    routing: Routing
    opportunity_id: str
    hops: tuple[Hop, ...]
    gas_asset: str
    gas_amount: int
    gross_usd_e24: int
    fee_usd_e24: int
    net_usd_e24: int
    mark_e6: int | None
    block_number: int | None
    block_hash: str | None
    found_ns: int
    record: bytes


class Fill(msgspec.Struct, frozen=True):
    """What one transaction or order of an execution did, as far as its venue has said."""

    venue: str
    reference: str
    purpose: str
    status: str
    asset_in: str
    asset_out: str
    amount_in: int | None
    amount_out: int | None
    fee_asset: str
    fee_amount: int | None


class ExecutionResult(msgspec.Struct, frozen=True):
    """An execution ended, as far as its executor can know."""

    routing: Routing
    execution_id: str
    opportunity_id: str
    outcome: str
    reason: str
    fills: tuple[Fill, ...]
    gas_asset: str
    gas_amount: int | None
    realised_usd_e24: int | None
    block_number: int | None
    finished_ns: int


class RiskAlert(msgspec.Struct, frozen=True):
    """A limit, a breaker or a halt that a person should know of."""

    routing: Routing
    alert: str
    severity: str
    subject: str
    detail: str
    limit_name: str
    limit_value: str
    observed_value: str
    is_halting: bool
    raised_ns: int


class StrategyPerformance(msgspec.Struct, frozen=True):
    """How a strategy has done since its executor started."""

    routing: Routing
    since_ns: int
    until_ns: int
    heard: int
    declined: int
    taken: int
    settled: int
    partial: int
    failed: int
    unknown: int
    expected_usd_e24: int | None
    realised_usd_e24: int | None


class Unknown(msgspec.Struct, frozen=True):
    """A message of a schema this program does not know: newer than we are, and no error."""

    schema: int
    payload: bytes


DataMessage = (
    ChainHead
    | PoolState
    | OrderBookState
    | V1Frame
    | ArbitrageOpportunity
    | ExecutionResult
    | RiskAlert
    | StrategyPerformance
)
"""What begins with a routing block."""
