"""Where a cycle gains most by its smooth curves: found by slopes, in floats.

What a cycle pays is concave, so a size with its slope says on which side the top lies, and two
sizes on both sides bound it: it is nowhere above where their tangents meet. Each step goes where a
line through the origin with the same value and slope gains most, which is the answer at once for
constant products; where that leaves the bounds, or does not close in, it goes where the tangents
meet, which finds corners (ticks, levels of a book, ends) at once. The exact search begins here.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from domain.cycles.funding import Funding
from domain.cycles.hop import Hops
from domain.cycles.smooth import Curve, curve_of
from domain.money import PIPS

_STEPS = 64
_BY_LINES = 5
"""Steps between two sides after which tangents are followed: by then lines have met a corner."""
_SPARE = 2.0**-32
"""Share of the gain that may be left; floats of a gain of a millionth hold little more."""
_WIDER = 8.0
_STRAIGHT = 1e-12


class _At(NamedTuple):
    """A size, what it leaves, and what a unit more would."""

    units: float
    left: float
    margin: float


def top_units(hops: Hops, funding: Funding, near_units: int) -> int | None:
    """Find the size at which a cycle gains most, nearly.

    Args:
        hops: In order, venues all different.
        funding: Whose limit and fee count; its limit is at least 1.
        near_units: Where to begin.

    Returns:
        The size; ``None`` where a venue has no curve, or floats find no size that gains.
    """
    curves = [curve_of(hop) for hop in hops]
    drawn = [curve for curve in curves if curve is not None]
    if len(drawn) < len(curves):
        return None
    top = _climbed(drawn, 1 + funding.fee_pips / PIPS, float(funding.most_units), float(near_units))
    return min(max(int(top.units), 1), funding.most_units) if top.left > 0 else None


def _climbed(curves: Sequence[Curve], cost: float, most: float, begin: float) -> _At:
    low, high = _At(0.0, 0.0, 0.0), None
    best, units, between = low, max(min(begin, most), 1.0), 0
    for _ in range(_STEPS):
        paid, slope = _paid(curves, units)
        here = _At(units, paid - cost * units, slope - cost)
        best = max(best, here, key=_left)
        low, high = (here, high) if here.margin > 0 else (low, here)
        if units >= most and here.margin > 0:
            break
        following = min(_turning(here, paid, slope, cost), most)
        if high is not None and low.units:
            meeting = _meeting(low, high)
            if low.left + low.margin * (meeting - low.units) - best.left <= best.left * _SPARE:
                break
            between += 1
            if between > _BY_LINES or not low.units < following < high.units:
                following = meeting
        if abs(following - units) * abs(here.margin) <= here.left * _SPARE:
            break
        units = following
    return best


def _paid(curves: Sequence[Curve], units: float) -> tuple[float, float]:
    slope = 1.0
    for curve in curves:
        units, here = curve(units)
        slope *= here
    return units, slope


def _turning(here: _At, paid: float, slope: float, cost: float) -> float:
    """Give where the line through the origin with this value and slope gains most."""
    if not slope or not paid:
        return here.units / _WIDER
    bent = paid / (here.units * slope)
    if bent - 1 <= _STRAIGHT:
        return here.units * _WIDER if here.margin > 0 else here.units / _WIDER
    rate, bend = paid * bent / here.units, (bent - 1) / here.units
    return (sqrt(rate / cost) - 1) / bend if rate > cost else here.units / _WIDER


def _meeting(low: _At, high: _At) -> float:
    """Give where the tangents of two sides meet."""
    rise = high.left - high.margin * high.units - (low.left - low.margin * low.units)
    return min(max(rise / (low.margin - high.margin), low.units), high.units)


def _left(at: _At) -> float:
    return at.left
