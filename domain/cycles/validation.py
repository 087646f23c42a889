"""Whether what was found holds, now and when it is announced: fresh, liquid, within its slippage.

One pure decision over what the rim has measured; each answer is a reason for a counter. Only what
is off chain has no block. The last question, whether the transaction itself would succeed at the
head, is asked by who holds the transaction, just before it is signed (`live.execution`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.cycles.hop import Hops
from domain.cycles.ladder import Ladder
from domain.cycles.line import line_of
from domain.cycles.reason import Bad
from domain.money import BPS


class Invalid(StrEnum):
    """Why an opportunity may not be executed."""

    STALE_WORD = "stale_word"
    EXPIRED = "expired"
    OLD_BLOCK = "old_block"
    REORGED = "reorged"
    SEQUENCE_GAP = "sequence_gap"
    THIN = "thin"
    SLIPPED = "slipped"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is still acceptable.

    Args:
        most_age_ns: Of the oldest word it was found on.
        most_blocks: Between the block it was found on and the head.
        most_share_bps: Of what the thinnest venue holds that a hop may take.
        most_slippage_bps: Of the amount promised that a new quote may fall short by.
    """

    most_age_ns: int
    most_blocks: int = 1
    most_share_bps: int = 3_000
    most_slippage_bps: int = 50


@dataclass(frozen=True, slots=True)
class Measured:
    """What the rim knows now of a found opportunity.

    Args:
        now_ns, expires_ns: By one clock.
        oldest_word_ns: When the oldest of its venues' words was heard.
        found_block: Block it was found on; ``None`` where nothing of it is on chain.
        head_block: Now.
        is_block_canonical: Whether that block is still the chain's.
        has_gap: Whether a feed it rests on has missed something since.
        share_bps: Largest share of a venue's depth that a hop takes.
        promised_units: What the hop that fell short most was to pay.
        quoted_units: What it would pay by the newest state.
    """

    now_ns: int
    expires_ns: int
    oldest_word_ns: int
    found_block: int | None
    head_block: int
    is_block_canonical: bool
    has_gap: bool
    share_bps: int
    promised_units: int
    quoted_units: int


def fault_of(measured: Measured, limits: Limits) -> Invalid | None:
    """Say why an opportunity may not be announced; ``None`` when it may."""
    return _age_fault(measured, limits) or _size_fault(measured, limits)


def share_bps(hops: Hops, amounts: tuple[int, ...]) -> int:
    """Give the largest share that a hop takes of all its pool could ever pay.

    A book shows its depth level by level and was walked no further than it reaches; it has none.

    Args:
        hops: In order; each has a price.
        amounts: Before the first and after each, (hops + 1,).
    """
    shares = list[int]()
    for at, hop in enumerate(hops):
        if isinstance(hop.pool, Ladder):
            continue
        line = line_of(hop.pool, hop.sold, hop.bought)
        if isinstance(line, Bad):
            return BPS
        depth = min(line.cap, line.rate / line.bend if line.bend else line.cap)
        shares.append(int(amounts[at + 1] * BPS / depth) if depth else BPS)
    return max(shares, default=0)


def _age_fault(measured: Measured, limits: Limits) -> Invalid | None:
    if measured.now_ns > measured.expires_ns:
        return Invalid.EXPIRED
    if measured.has_gap:
        return Invalid.SEQUENCE_GAP
    if measured.now_ns - measured.oldest_word_ns > limits.most_age_ns:
        return Invalid.STALE_WORD
    if measured.found_block is None:
        return None
    if not measured.is_block_canonical:
        return Invalid.REORGED
    is_old = measured.head_block - measured.found_block > limits.most_blocks
    return Invalid.OLD_BLOCK if is_old else None


def _size_fault(measured: Measured, limits: Limits) -> Invalid | None:
    if measured.share_bps > limits.most_share_bps:
        return Invalid.THIN
    kept = measured.quoted_units * BPS
    if kept < measured.promised_units * (BPS - limits.most_slippage_bps):
        return Invalid.SLIPPED
    return None
