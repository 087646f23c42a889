"""The best size of a cycle in closed form, and a profit no size exceeds.

Without roundings, pools that are ratios of lines make a cycle that is one: it pays
(a·x + b) / (c·x + d). With s = √(a·d - b·c) it gains most where c·x + d = s, and gains
(a + d - 2·s) / c there. Roundings only take away, so a whole number that gains the floor of that is
the best there is. Where a pool has ticks its segment depends on the size: the solution counts once
the size it gives lies in the segments it came from. A top that lies on a tick, and pools without
such a form, are left to the search (:mod:`domain.arbitrage.cycle_size`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from domain.arbitrage.cycle import Cycle
from domain.arbitrage.segment import WHOLE, Segment, segment_at

_ROUNDS = 16


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the smooth curve gains most.

    Args:
        in_units: The size, rounded down; at least 1.
        most_profit_units: What no size exceeds, rounded down; 0 where nothing gains.
    """

    in_units: int
    most_profit_units: int


def closed_form(cycle: Cycle, near_units: int = 1) -> Optimum | None:
    """Solve a cycle exactly; ``None`` for one that has no closed form, or a top on a tick.

    Args:
        cycle: Its hops.
        near_units: A size to begin with, as near to the best as is known.
    """
    size = Fraction(near_units)
    for _ in range(_ROUNDS):
        segments = _segments(cycle, size)
        if segments is None:
            return None
        top = _top(segments)
        if all(_holds(segments, Fraction(top.in_units + more)) for more in (0, 1)):
            return top
        size = Fraction(top.in_units)
    return None


def _segments(cycle: Cycle, units: Fraction) -> list[Segment] | None:
    """Find the segment of each hop for an amount and what becomes of it."""
    found: list[Segment] = []
    for hop in cycle:
        segment = segment_at(hop.listed.pool, hop.sold, hop.bought, units)
        if segment is None:
            return None
        found.append(segment)
        units = segment.pays(units)
    return found


def _top(segments: list[Segment]) -> Optimum:
    whole = WHOLE
    for segment in segments:
        whole = whole.then(segment)
    square = whole.a * whole.d - whole.b * whole.c
    size = (math.isqrt(square) - whole.d) // whole.c
    if size < 1:
        return Optimum(1, max(math.floor(whole.pays(Fraction(1))) - 1, 0))
    most = (whole.a + whole.d - math.isqrt(4 * square)) // whole.c
    return Optimum(size, max(most, 0))


def _holds(segments: list[Segment], units: Fraction) -> bool:
    """Say whether an amount stays within its segments on the whole way."""
    for segment in segments:
        if not segment.holds(units):
            return False
        units = segment.pays(units)
    return True
