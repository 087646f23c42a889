"""Coming near the size at which a cycle gains most, by lines through what its venues quote.

Near is enough here: what is found is where the exact search (:mod:`domain.cycles.sizing`) begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf, sqrt
from typing import NamedTuple

from domain.cycles.funding import Funding
from domain.cycles.hop import Hops, paid_along, steps_of
from domain.money import PIPS

_STEPS = 24
_NUDGE_BITS, _NUDGE_UNITS = 20, 16
"""How far on the second point is: a millionth, but some ten thousand steps of every amount."""
_NEAR_BITS = 18
"""Steps end when they move less than this; the gain is flat there, and the next would square it."""
FINE, ROUGH = 40, 20
"""How much of the gain may be left where the answer is searched on, and where it is not."""
_FINE_BITS, _LOST_BITS = 16, 8
"""Twelve hops each round away some units of an amount of 2^16: less than one part in 2^8."""
_EDGE = 0.05
"""A step between two sides stays so far from both, or one of them would hardly move."""
_LEAST_SHARE = 1e-9
"""Of the price here that the first unit's may be: a hop that pays nothing more has no line."""


def near_amounts(
    hops: Hops, funding: Funding, near_units: int, spare_bits: int = FINE
) -> tuple[int, ...] | None:
    """Find amounts near the top; ``None`` when no size tried can be filled.

    Args:
        hops: In order, venues all different.
        funding: Whose limit and fee count.
        near_units: Where to begin; any positive number leads there, a near one sooner.
        spare_bits: Ends when all that is left to gain is the gain shifted right by so much.
    """
    begun = _begun(hops, funding, near_units)
    return None if begun is None else _approached(hops, funding, begun, spare_bits)


def nudge_bits(hops: Hops, amounts: tuple[int, ...]) -> int:
    """Give how many bits smaller than the size a second point is, for lines to mean anything."""
    return _nudge_bits(steps_of(hops), amounts)


def _nudge_bits(steps: Sequence[int], amounts: tuple[int, ...]) -> int:
    fewest = min(units // step for units, step in zip(amounts, steps, strict=False))
    return min(max(fewest.bit_length() - _NUDGE_UNITS, 4), _NUDGE_BITS)


def _begun(hops: Hops, funding: Funding, near_units: int) -> tuple[int, ...] | None:
    """Give the amounts at a size to begin with: the near one if it gains, else the best of many."""
    near = paid_along(hops, max(min(near_units, funding.most_units), 1))
    if near is not None and near[-1] > near[0]:
        return near
    sizes = [1 << bits for bits in range(0, funding.most_units.bit_length(), 2)]
    return max(
        _tried(hops, funding, (*sizes, funding.most_units)), key=funding.left_units, default=None
    )


def _tried(hops: Hops, funding: Funding, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Pay sizes in ascending order, up to one that loses more than roundings can take.

    Where every amount has thousands of units and yet something is lost, the smooth curve is below
    what went in, and being concave it stays there.
    """
    for units in sizes:
        amounts = paid_along(hops, units) if units else None
        if amounts is not None:
            yield amounts
            is_fine = min(amounts) >> _FINE_BITS
            if is_fine and funding.left_units(amounts) < -(units >> _LOST_BITS):
                return


class _Side(NamedTuple):
    """A size on one side of the top, and what a unit more gains there: above 0 below the top."""

    units: int
    margin: float


def _approached(
    hops: Hops, funding: Funding, amounts: tuple[int, ...], spare_bits: int
) -> tuple[int, ...]:
    """Approach the size whose last unit pays for itself, from one that can be filled.

    Each step puts a line through what every hop really pays here and a little further on, and goes
    where the composed lines gain most: for constant products that is the answer at once, and for
    other smooth curves each step doubles the digits. What was learnt of where the top is not, is
    kept: a step that would go there goes where both sides' margins meet instead, which finds
    corners too.

    Returns:
        The best amounts met.
    """
    steps, best = steps_of(hops), amounts
    low, high = _Side(0, 0.0), _Side(funding.most_units + 1, 0.0)
    for _ in range(_STEPS):
        size, here = amounts[0], funding.left_units(amounts)
        nudge = max(size >> _nudge_bits(steps, amounts), 1)
        more = paid_along(hops, size + nudge)
        if more is not None and funding.left_units(more) > here:
            pair, low = (amounts, more), _Side(size, (funding.left_units(more) - here) / nudge)
        else:
            less = paid_along(hops, size - nudge) if size > nudge else None
            if less is None or funding.left_units(less) <= here:
                break
            pair, high = (less, amounts), _Side(size, (here - funding.left_units(less)) / nudge)
        there = paid_along(hops, _between(_turning(*pair, funding), low, high))
        if there is None:
            break
        moved, amounts = abs(there[0] - size), there
        if funding.left_units(there) > funding.left_units(best):
            best = there
        if moved <= size >> _NEAR_BITS or _left(low, high) <= abs(here) >> spare_bits:
            break
    return best


def _between(units: int, low: _Side, high: _Side) -> int:
    """Give a size between what is too little and what is too much."""
    if low.units < units < high.units:
        return units
    if not high.margin:
        return max(min(max(units, 2 * low.units), high.units - 1), 1)
    share = low.margin / (low.margin - high.margin) if low.margin else 1 / 2
    room = high.units - low.units
    return low.units + max(int(room * min(max(share, _EDGE), 1 - _EDGE)), 1)


def _left(low: _Side, high: _Side) -> float:
    """Say what is left to gain between two sides of a concave curve that are about as high."""
    if not (low.margin and high.margin):
        return inf
    return (high.units - low.units) * low.margin * high.margin / (high.margin - low.margin)


def _turning(here: tuple[int, ...], further: tuple[int, ...], funding: Funding) -> int:
    """Compose each hop's line through two points and give where the whole gains most."""
    slope, bend = PIPS / (PIPS + funding.fee_pips), 0.0
    points = zip(here, here[1:], further, further[1:], strict=False)
    for given, paid, more_given, more_paid in points:
        price, more_price = given / paid, more_given / max(more_paid, 1)
        curve = max((more_price - price) / max(more_given - given, 1), 0.0)
        rate = 1 / max(price - curve * given, price * _LEAST_SHARE)
        bend += curve * rate * slope
        slope *= rate
    if slope <= 1:
        return here[0] // 4
    return int((sqrt(slope) - 1) / bend) if bend > 0 else here[0] * 4
