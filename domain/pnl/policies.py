"""Ways of marking: what a unit of something is taken to be worth, by name, from what was observed.

==========  ====================================================================================
cex_mid     the middle of the exchange's book, as the loop observed it
cex_bid     what takers last sold at on the exchange's tape: what a desk that holds could get
cex_side    cex_bid for what the desk is long of, what takers last bought at for what it is short of
pool        what the desk's pools showed before fee and size, in the last quote of an on-chain leg
block       cex_mid, but changing only with blocks: every mark is one the chain's time also has
==========  ====================================================================================

The marks of ``cex_side`` depend on what is held and are made by `sides.py`. The name is stored
with every number; a day that opens under another policy than the last one closed with is revalued
first (`attribute.py`), so that a change of policy is never a profit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from domain.errors import InputRefused
from domain.pnl.sides import CEX_SIDE
from domain.pnl.types import Mark

CEX_MID, CEX_BID, POOL, BLOCK = "cex_mid", "cex_bid", "pool", "block"
POLICIES = (CEX_MID, CEX_BID, CEX_SIDE, POOL, BLOCK)


class Observed(msgspec.Struct, frozen=True):
    """What marks may be made of, in any order.

    Args:
        mids: Marks of the policy ``cex_mid``.
        bids: Instant, underlying and price in millionths at which somebody sold on the tape.
        quotes: Instant, underlying and price in millionths a pool showed.
        blocks_ns: Times of blocks.
    """

    mids: Sequence[Mark] = ()
    bids: Sequence[tuple[int, str, int]] = ()
    quotes: Sequence[tuple[int, str, int]] = ()
    blocks_ns: Sequence[int] = ()


def refuse_unknown(policy: str) -> str:
    """Hand a policy's name back if there is one of that name.

    Raises:
        InputRefused: There is none.
    """
    if policy not in POLICIES:
        raise InputRefused("mark by a policy that exists", got=policy, known=list(POLICIES))
    return policy


def marks_by(policy: str, observed: Observed) -> list[Mark]:
    """Make the marks of a policy.

    Returns:
        Ordered by time; none where nothing was observed, which leaves numbers incomplete.

    Raises:
        InputRefused: There is no such policy, or its marks depend on what is held.
    """
    if policy == CEX_SIDE:
        raise InputRefused("give positions too to mark by their side", got=policy)
    made = {
        CEX_MID: lambda: iter(observed.mids),
        CEX_BID: lambda: _told(observed.bids, CEX_BID),
        POOL: lambda: _told(observed.quotes, POOL),
        BLOCK: lambda: _at_blocks(observed.mids, observed.blocks_ns),
    }[refuse_unknown(policy)]
    return sorted(made())


def _told(told: Iterable[tuple[int, str, int]], policy: str) -> Iterator[Mark]:
    """Take the last of what was told of one thing at one instant."""
    last = {(at_ns, name): mark_e6 for at_ns, name, mark_e6 in told}
    for (at_ns, name), mark_e6 in last.items():
        yield Mark(at_ns, name, mark_e6, policy)


def _at_blocks(mids: Iterable[Mark], blocks_ns: Iterable[int]) -> Iterator[Mark]:
    ordered = sorted(mids)
    times_ns = sorted(set(blocks_ns))
    for name in sorted({mark.underlying for mark in ordered}):
        steps = [mark for mark in ordered if mark.underlying == name]
        for at_ns in times_ns:
            position = bisect_right(steps, at_ns, key=lambda mark: mark.at_ns)
            if position:
                yield Mark(at_ns, name, steps[position - 1].mark_e6, BLOCK)
