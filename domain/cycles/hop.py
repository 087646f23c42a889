"""One direction of one venue, and what a row of them does with an amount.

A venue is asked as a snapshot, and since none appears twice in a cycle no hop changes what a later
one pays. Amounts are exact: a row that some contract would refuse, or that passes nothing on, has
none. How much to send is for :mod:`domain.cycles.sizing`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import starmap
from typing import NamedTuple

from domain.amm.pool import Pool
from domain.cycles.ladder import BASE, Ladder
from domain.errors import Refused

_WORD_BITS = 256
_LINES = 6
"""Each line squares what the one before it was off by; solvers leave a unit or two."""


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


def steps_of(hops: Hops) -> tuple[int, ...]:
    """Give the step in which the amount before each hop can be used: a book's lot, or a unit."""
    sold = [_lot(hop, hop.sold) for hop in hops]
    bought = [1, *(_lot(hop, hop.bought) for hop in hops[:-1])]
    return tuple(starmap(math.lcm, zip(sold, bought, strict=True)))


def least_input(hop: Hop, wanted: int, guess: int) -> int | None:
    """Find the smallest amount for which a venue pays at least so much; ``None`` where none does.

    Args:
        hop: The venue and its direction.
        wanted: What it has to pay.
        guess: Where to begin looking; the nearer, the fewer questions.
    """
    step, wanting = _lot(hop, hop.sold), 0
    enough = -(-_nearer(hop, wanted, max(guess, 1)) // step)
    stride = 1
    while _paid(hop, enough * step) < wanted:
        wanting, enough, stride = enough, enough + stride, stride * 2
        if stride.bit_length() > _WORD_BITS:
            return None
    stride = 1
    while enough - stride > wanting and _paid(hop, (enough - stride) * step) >= wanted:
        enough, stride = enough - stride, stride * 2
    wanting = max(wanting, enough - stride)
    while enough - wanting > 1:
        middle = (wanting + enough) // 2
        if _paid(hop, middle * step) >= wanted:
            enough = middle
        else:
            wanting = middle
    return enough * step


def _nearer(hop: Hop, wanted: int, guess: int) -> int:
    """Come nearer to the least input: by the venue's own quote, or by lines through two sizes."""
    try:
        return hop.pool.in_units(hop.sold, hop.bought, wanted)
    except Refused:
        at, before, paid_before = guess, 0, 0
    for _ in range(_LINES):
        paid = _paid(hop, at)
        if paid <= paid_before or abs(wanted - paid) <= 1:
            break
        step = (wanted - paid) * (at - before) // (paid - paid_before)
        at, before, paid_before = max(at + step, 1), at, paid
        if paid > wanted:
            before, paid_before = 0, 0
    return at


def _paid(hop: Hop, units: int) -> int:
    try:
        return hop.pool.out_units(hop.sold, hop.bought, units)
    except Refused:
        return 0


def _lot(hop: Hop, coin: int) -> int:
    return hop.pool.lot_units if isinstance(hop.pool, Ladder) and coin == BASE else 1
