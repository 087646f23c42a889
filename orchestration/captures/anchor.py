"""Which block and instant a day is compared at: one anchor for every source.

The desk's own closing block when it closed that day; else the last block of a day that is over;
else the latest final block. Comparing sources as of different instants invents breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from domain.clock import SECOND_NS, day_bounds_ns
from domain.errors import InputRefused
from domain.home import DeskHome
from journal.records import DeskClosed, DeskOpened, Fact
from orchestration.captures.facts import capture_facts, day_facts
from orchestration.resources.chain_source import ChainSource
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Lake
from orchestration.resources.lake_schema import ANCHORS

STILL_RUNNING = "latest final block"
"""Why a day is anchored where it is while it goes on: only then is something still pending."""


class Anchor(msgspec.Struct, frozen=True):
    """One row of ``raw_chain__anchors``; see there for the fields."""

    chain_id: int
    block_number: int
    block_hash: str
    timestamp_s: int
    cutoff_ns: int
    head_block: int
    safe_block: int
    final_block: int
    reason: str

    def text(self) -> str:
        """Name the anchor in claims and evidence."""
        return f"block:{self.block_number}:{self.block_hash}"

    def is_followed(self) -> bool:
        """Ask whether blocks of the day may have been seen behind it that are not final."""
        return self.reason == STILL_RUNNING and self.head_block > self.block_number


def capture_anchor(home: DeskHome, day: str) -> Anchor:
    """Choose the day's anchor and remember it; a closed desk's is not asked for twice.

    The journal is then read once more: what was recorded while the anchor was being chosen may be
    older than it, and the books up to an anchor need every fact up to it.

    Raises:
        RpcUnavailable: The chain does not answer and the anchor is not yet known.
    """
    closing = last_closing(day_facts(home, day, DeskOpened, DeskClosed))
    known = stored_anchor(home, day)
    if known and closing and known.block_hash == closing.block_hash:
        return known
    anchor = _choose(ChainSource(desk_card(home).chain.rpc_url), home, day, closing)
    capture_facts(home, day)
    Lake(home).replace(ANCHORS.name, day, [msgspec.structs.asdict(anchor)])
    return anchor


def stored_anchor(home: DeskHome, day: str) -> Anchor | None:
    """Read the anchor a day was last captured at, if it was."""
    rows = Lake(home).read(ANCHORS.name, day)
    return msgspec.convert(dict(rows[0].items()), type=Anchor) if rows else None


def day_anchor(home: DeskHome, day: str) -> Anchor:
    """Read the anchor of a captured day.

    Raises:
        InputRefused: The day was not captured.
    """
    anchor = stored_anchor(home, day)
    if anchor is None:
        raise InputRefused("capture this day's anchor first", day=day)
    return anchor


def last_closing(facts: Iterable[Fact]) -> DeskClosed | None:
    """Give the closing a desk is in, or None while it is open; facts are in sequence."""
    closing: DeskClosed | None = None
    for fact in facts:
        if isinstance(fact, DeskClosed):
            closing = fact
        elif isinstance(fact, DeskOpened):
            closing = None
    return closing


def last_block_before(end_s: int, low: int, high: int, timestamp_s: Callable[[int], int]) -> int:
    """Find the last block older than an instant in [low, high], whose `low` is older."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if timestamp_s(middle) < end_s else (low, middle - 1)
    return low


def _choose(source: ChainSource, home: DeskHome, day: str, closing: DeskClosed | None) -> Anchor:
    heads = {tag: source.block(tag) for tag in ("latest", "safe", "finalized")}
    end_ns = day_bounds_ns(day)[1]
    number, cutoff_ns, reason = _target(source, home, heads["finalized"], end_ns, closing)
    block = source.block(number)
    if closing and number == closing.block_number and block["hash"] != closing.block_hash:
        raise InputRefused(
            "the chain has another block where the desk closed; is this the desk's chain?",
            closed_at=closing.block_hash,
            chain_has=block["hash"],
        )
    timestamp_s = int(block["timestamp"], 16)
    return Anchor(
        chain_id=desk_card(home).chain.chain_id,
        block_number=number,
        block_hash=block["hash"],
        timestamp_s=timestamp_s,
        cutoff_ns=cutoff_ns or timestamp_s * SECOND_NS,
        head_block=_number(heads["latest"]),
        safe_block=_number(heads["safe"]),
        final_block=_number(heads["finalized"]),
        reason=reason,
    )


def _target(
    source: ChainSource,
    home: DeskHome,
    final: dict[str, Any],
    end_ns: int,
    closing: DeskClosed | None,
) -> tuple[int, int, str]:
    if closing:
        return closing.block_number, closing.closed_ns, "the desk closed"
    if int(final["timestamp"], 16) * SECOND_NS >= end_ns:
        number = last_block_before(
            end_ns // SECOND_NS,
            desk_card(home).chain.opening_block,
            _number(final),
            lambda height: int(source.block(height)["timestamp"], 16),
        )
        return number, end_ns - 1, "the day ended"
    return _number(final), 0, STILL_RUNNING


def _number(block: dict[str, Any]) -> int:
    return int(block["number"], 16)
