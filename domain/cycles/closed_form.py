"""The best size of a cycle in closed form, and a gain no size exceeds.

Without roundings, pools that are ratios of lines make a cycle that is one: it pays
(a·x + b) / (c·x + d). Where a unit put in costs k (1, and the loan's fee), with s = √(a·d - b·c) it
gains most where c·x + d = s / √k, and gains (a + k·d - 2·√k·s) / c there. Roundings only take away,
so a whole number that gains the floor of that is the best there is. Where a pool has ticks its
segment depends on the size: the solution counts once the size it gives lies in the segments it came
from. A top that lies on a tick, and venues without such a form, are left to the search
(:mod:`domain.cycles.sizing`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from domain.cycles.funding import UNBOUNDED, Funding
from domain.cycles.hop import Hops
from domain.cycles.segment import WHOLE, Segment, is_product, segment_at
from domain.money import PIPS

_ROUNDS = 16


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the smooth curve gains most.

    Args:
        in_units: The size, rounded down; at least 1, and no more than the funding has.
        most_units: What no size leaves more than, rounded down; 0 where nothing gains.
    """

    in_units: int
    most_units: int


def closed_form(hops: Hops, funding: Funding = UNBOUNDED, near_units: int = 1) -> Optimum | None:
    """Solve a cycle exactly; ``None`` for one that has no closed form, or a top on a tick.

    Args:
        hops: In order.
        funding: Whose limit and fee count; its limit is at least 1.
        near_units: A size to begin with, as near to the best as is known.
    """
    is_one = all(is_product(hop.pool) for hop in hops)
    size = Fraction(near_units)
    for _ in range(_ROUNDS):
        segments = _segments(hops, size, is_one=is_one)
        if segments is None:
            return None
        top = _top(segments, funding)
        if is_one or all(_holds(segments, Fraction(top.in_units + more)) for more in (0, 1)):
            return top
        size = Fraction(top.in_units)
    return None


def _segments(hops: Hops, units: Fraction, *, is_one: bool) -> list[Segment] | None:
    """Find the segment of each hop for an amount and what becomes of it."""
    found: list[Segment] = []
    for pool, sold, bought in hops:
        segment = segment_at(pool, sold, bought, units)
        if segment is None:
            return None
        found.append(segment)
        if not is_one:
            units = segment.pays(units)
    return found


def _top(segments: list[Segment], funding: Funding) -> Optimum:
    whole = WHOLE
    for segment in segments:
        whole = whole.then(segment)
    cost, square = PIPS + funding.fee_pips, whole.a * whole.d - whole.b * whole.c
    size = (math.isqrt(square * PIPS // cost) - whole.d) // whole.c
    if not 1 <= size <= funding.most_units:
        return _end(whole, max(1, min(size, funding.most_units)), cost)
    most = whole.a * PIPS + cost * whole.d - math.isqrt(4 * cost * PIPS * square)
    return Optimum(size, max(most // (whole.c * PIPS), 0))


def _end(whole: Segment, units: int, cost: int) -> Optimum:
    """Bound a cycle whose top lies beyond one end of what can be put in."""
    paid, over = whole.a * units + whole.b, whole.c * units + whole.d
    most = (paid * PIPS - units * cost * over) // (over * PIPS)
    return Optimum(units, max(most, 0))


def _holds(segments: list[Segment], units: Fraction) -> bool:
    """Say whether an amount stays within its segments on the whole way."""
    for segment in segments:
        if not segment.holds(units):
            return False
        units = segment.pays(units)
    return True
