"""One direction of one venue, and what a row of them does with an amount.

A venue is asked as a snapshot, and since none appears twice in a cycle no hop changes what a later
one pays. Amounts are exact: a row that some contract would refuse, or that passes nothing on, has
none. How much to send is for :mod:`domain.cycles.sizing`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from domain.amm.pool import Pool
from domain.cycles.ladder import BASE, Ladder
from domain.errors import Refused

_WORD_BITS = 256


class Hop(NamedTuple):
    """One direction of one venue as it is now."""

    pool: Pool
    sold: int
    bought: int


Hops = Sequence[Hop]


def paid_along(hops: Hops, units: int) -> tuple[int, ...] | None:
    """Quote a row hop by hop: the amounts, input first; ``None`` where one refuses or pays 0."""
    amounts = [units]
    try:
        for pool, sold, bought in hops:
            if units < 1:
                return None
            units = pool.out_units(sold, bought, units)
            amounts.append(units)
    except Refused:
        return None
    return tuple(amounts) if units > 0 else None


def gain_units(hops: Hops, units: int) -> int | None:
    """Compute what a cycle leaves of an amount; ``None`` where it cannot be sent."""
    amounts = paid_along(hops, units)
    return None if amounts is None else amounts[-1] - units


def executed(hops: Hops, units: int) -> bool:
    """Say whether every venue would really do its swap, and take all that it is sent."""
    try:
        for pool, sold, bought in hops:
            done = pool.swap(sold, bought, units)
            if done.in_units != units:
                return False
            units = done.out_units
    except Refused:
        return False
    return True


def step_units(hops: Hops, at: int) -> int:
    """Give the step in which the amount before hop `at` can be used: a book's lot, or a unit."""
    after = _lot(hops[at], hops[at].sold)
    before = _lot(hops[at - 1], hops[at - 1].bought) if at else 1
    return math.lcm(after, before)


def least_input(hop: Hop, wanted: int, guess: int) -> int | None:
    """Find the smallest amount for which a venue pays at least so much; ``None`` where none does.

    Args:
        hop: The venue and its direction.
        wanted: What it has to pay.
        guess: Where to begin looking; the nearer, the fewer questions.
    """
    low, high = 0, max(guess, 1)
    stride = 1
    while _paid(hop, high) < wanted:
        low, high, stride = high, high + stride, stride * 2
        if stride.bit_length() > _WORD_BITS:
            return None
    stride = 1
    while high - stride > low and _paid(hop, high - stride) >= wanted:
        high, stride = high - stride, stride * 2
    low = max(low, high - stride)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _paid(hop, middle) >= wanted else (middle, high)
    return high


def _paid(hop: Hop, units: int) -> int:
    try:
        return hop.pool.out_units(hop.sold, hop.bought, units)
    except Refused:
        return 0


def _lot(hop: Hop, coin: int) -> int:
    return hop.pool.lot_units if isinstance(hop.pool, Ladder) and coin == BASE else 1
