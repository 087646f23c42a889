"""What v2 can say: one frozen struct a schema, fields in wire order."""

from __future__ import annotations

import msgspec


class PoolState(msgspec.Struct, frozen=True):
    """All that decides a pool's price, as of one log of one block.

    Args:
        venue: The pool's name on the desk card.
        kind: ``v2`` or ``v3``.
        block_hash: 0x and 64 lower-case hex digits, as every hash here.
        log_index: Of the log that led to this state; -1 when it was read from the contract.
        reserve0, reserve1: Of a v2 pool, in base units; 0 for v3.
        sqrt_price_x96, tick, liquidity: Of a v3 pool; 0 for v2.
        ticks: Initialised ticks of a v3 pool as (tick, liquidity_net), ordered by tick.
    """

    venue: str
    kind: str
    block_number: int
    block_hash: str
    log_index: int
    reserve0: int
    reserve1: int
    sqrt_price_x96: int
    tick: int
    liquidity: int
    ticks: tuple[tuple[int, int], ...]


class ChainHead(msgspec.Struct, frozen=True):
    """A block became the head of the chain."""

    number: int
    hash: str
    parent_hash: str
    timestamp_s: int
    base_fee_wei: int


class OpportunitySignal(msgspec.Struct, frozen=True):
    """An opportunity that is already in the journal; `payload` is its canonical payload."""

    payload: bytes


class GapNotice(msgspec.Struct, frozen=True):
    """Frames of a source are missing here: from sequence `expected` up to before `got`."""

    source: str
    expected: int
    got: int


class Heartbeat(msgspec.Struct, frozen=True):
    """The sender is alive; the envelope says who and when."""


class Unknown(msgspec.Struct, frozen=True):
    """A message of a schema this program does not know: newer than we are, and no error."""

    schema: int
    payload: bytes


Message = PoolState | ChainHead | OpportunitySignal | GapNotice | Heartbeat
