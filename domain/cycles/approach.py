"""Coming near the size at which a cycle gains most, by lines through what its venues quote.

Near is enough here: what is found is where the exact search (:mod:`domain.cycles.sizing`) begins.
"""

from __future__ import annotations

from math import sqrt

from domain.cycles.funding import PIPS, Funding
from domain.cycles.hop import Hops, paid_along, step_units

_STEPS = 24
_NUDGE_BITS, _NUDGE_UNITS = 20, 16
"""How far on the second point is: a millionth, but some ten thousand steps of every amount."""
_NEAR_BITS = 18
"""Steps end when they move less than this; the gain is flat there, and the next would square it."""
_LEAST_SHARE = 1e-9
"""Of the price here that the first unit's may be: a hop that pays nothing more has no line."""


def near_amounts(hops: Hops, funding: Funding, near_units: int) -> tuple[int, ...] | None:
    """Find amounts near the top; ``None`` when no size tried can be filled.

    Args:
        hops: In order, venues all different.
        funding: Whose limit and fee count.
        near_units: Where to begin; any positive number leads there, a near one sooner.
    """
    begun = _begun(hops, funding, near_units)
    return None if begun is None else _approached(hops, funding, begun)


def nudge_bits(hops: Hops, amounts: tuple[int, ...]) -> int:
    """Give how many bits smaller than the size a second point is, for lines to mean anything."""
    counts = (units // step_units(hops, at) for at, units in enumerate(amounts[:-1]))
    return min(max(min(counts).bit_length() - _NUDGE_UNITS, 4), _NUDGE_BITS)


def _begun(hops: Hops, funding: Funding, near_units: int) -> tuple[int, ...] | None:
    """Give the amounts at a size to begin with: the near one if it gains, else the best of many."""
    near = paid_along(hops, max(min(near_units, funding.most_units), 1))
    if near is not None and near[-1] > near[0]:
        return near
    sizes = [1 << bits for bits in range(0, funding.most_units.bit_length(), 2)]
    tried = (paid_along(hops, units) for units in (*sizes, funding.most_units) if units)
    return max(
        (amounts for amounts in tried if amounts is not None),
        key=funding.left_units,
        default=None,
    )


def _approached(hops: Hops, funding: Funding, amounts: tuple[int, ...]) -> tuple[int, ...]:
    """Approach the size whose last unit pays for itself, from one that can be filled.

    Each step puts a line through what every hop really pays here and a little further on, and goes
    where the composed lines gain most: for constant products that is the answer at once, and for
    other smooth curves each step doubles the digits. What was learnt of where the top is not, is
    kept: a step that would go there halves what is left instead, which finds corners too.

    Returns:
        The best amounts met.
    """
    best, low, high = amounts, 1, funding.most_units + 1
    for _ in range(_STEPS):
        size, here = amounts[0], funding.left_units(amounts)
        more = _nudged(hops, amounts, 1)
        if more is not None and funding.left_units(more) > here:
            pair, low = (amounts, more), max(low, size)
        else:
            less = _nudged(hops, amounts, -1)
            if less is None or funding.left_units(less) <= here:
                break
            pair, high = (less, amounts), min(high, size)
        there = paid_along(
            hops, _within(min(_turning(*pair, funding), funding.most_units), low, high)
        )
        if there is None:
            break
        amounts = there
        if funding.left_units(there) > funding.left_units(best):
            best = there
        if abs(amounts[0] - size) <= size >> _NEAR_BITS:
            break
    return best


def _within(units: int, low: int, high: int) -> int:
    """Give a size between what is too little and what is too much; the middle for one outside."""
    return units if low < units < high else (low + high) // 2


def _nudged(hops: Hops, amounts: tuple[int, ...], way: int) -> tuple[int, ...] | None:
    """Quote a little more (1) or a little less (-1)."""
    units = amounts[0] + way * max(amounts[0] >> nudge_bits(hops, amounts), 1)
    return paid_along(hops, units) if units >= 1 else None


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
