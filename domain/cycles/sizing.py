"""What a cycle pays, asked of its venues' own integers, and how much to put in.

The search starts where the screen's line gains most, goes on by lines through what the venues quote
there, and ends by whole units of the coarsest amount along the cycle, each reached with the least
input the venues quote for it. Near by lines, decided by integers. Cycles of constant products have
a closed form, and its search for the whole number (:mod:`domain.arbitrage.cycle_size`) is used.

What is not guaranteed: where all amounts have many units the top is flat over many of them, and
roundings make notches of a unit or so a hop on it (see :mod:`domain.arbitrage.best_size`); on a
book's lots a step is a lot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from domain.amm.pool import Pool, Reverts, quote_out
from domain.amm.uniswap_v2 import UniswapV2
from domain.arbitrage import cycle_size
from domain.arbitrage.cycle import Hop as CycleHop
from domain.arbitrage.cycle import ListedPool
from domain.errors import Refused

PIPS = 1_000_000
_SMALL = 1 << 12
"""Strides below this are never skipped."""
_LAST = (1, 2, 3, 5, 8, 13)
"""How far a last look goes beyond the notches that roundings make."""
_COARSE = 1 << 32
"""Amounts of fewer units are searched unit by unit; a unit of more is less than 10^-9 of it."""
_STEPS = 24
_NUDGE_BITS, _NUDGE_UNITS = 20, 16
"""How far on the second point is: a millionth, but some ten thousand units of every amount."""
_NEAR_BITS = 18
"""Steps end when they move less than this; the gain is flat there, and the next would square it."""
_EFFORT = 4
"""Sizes tried around a closed form's answer: most are proven best at once, more cost 50 us each."""
_LEAST_SHARE = 1e-9
"""Of the price here that the first unit's may be: a hop that pays nothing more has no line."""


class Hop(NamedTuple):
    """One direction of one venue as it is now."""

    pool: Pool
    sold: int
    bought: int


@dataclass(frozen=True, slots=True)
class Funding:
    """Where the input comes from.

    Args:
        name: ``own`` or ``flash``.
        most_units: No more than that.
        fee_pips: Of what is borrowed, in millionths, rounded up; 0 for our own.
        gas: What the funding adds to the transaction.
    """

    name: str
    most_units: int
    fee_pips: int = 0
    gas: int = 0

    def fee_units(self, units: int) -> int:
        """Compute what borrowing costs."""
        return -(-units * self.fee_pips // PIPS)


@dataclass(frozen=True, slots=True)
class Sized:
    """A cycle at its best size; every amount is what its venue quotes.

    Args:
        amounts: Base units before the first hop, then after each; (hops + 1,).
        fee_units: Of the loan, in the first asset.
    """

    funding: Funding
    amounts: tuple[int, ...]
    fee_units: int

    @property
    def gain_units(self) -> int:
        """What is left of the first asset before gas."""
        return self.amounts[-1] - self.amounts[0] - self.fee_units


def paid_along(hops: Sequence[Hop], units: int) -> tuple[int, ...] | None:
    """Quote a cycle hop by hop: the amounts, input first; ``None`` where a venue refuses."""
    amounts = [units]
    try:
        for pool, sold, bought in hops:
            units = pool.out_units(sold, bought, units)
            amounts.append(units)
    except Refused:
        return None
    return tuple(amounts) if units > 0 else None


def best_sized(hops: Sequence[Hop], funding: Funding, near_units: int) -> Sized | None:
    """Find the best input for one funding.

    Args:
        hops: In order, venues all different.
        funding: Whose limit and fee count.
        near_units: Where to begin; any positive number leads there, a near one sooner.

    Returns:
        The cycle at that size, which may still gain nothing; ``None`` when no size can be filled.
    """
    if (solved := _solved(hops, funding)) is not None:
        return solved
    begun = _begun(hops, funding, near_units)
    if begun is None:
        return None
    near = _approached(hops, funding, begun)
    amounts: tuple[int, ...] | None = near
    if min(near) < _COARSE:
        at = near.index(min(near))
        coarse = _Coarse(hops, funding, at)
        if coarse.gain(near[at]) is not None:
            amounts = coarse.amounts(climbed(coarse.gain, near[at], noise=len(hops)))
    return None if amounts is None else Sized(funding, amounts, funding.fee_units(amounts[0]))


def _approached(hops: Sequence[Hop], funding: Funding, amounts: tuple[int, ...]) -> tuple[int, ...]:
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
        size, here = amounts[0], _gain(amounts, funding)
        more = _nudged(hops, amounts, 1)
        if more is not None and _gain(more, funding) > here:
            pair, low = (amounts, more), max(low, size)
        else:
            less = _nudged(hops, amounts, -1)
            if less is None or _gain(less, funding) <= here:
                break
            pair, high = (less, amounts), min(high, size)
        there = paid_along(
            hops, _within(min(_turning(*pair, funding), funding.most_units), low, high)
        )
        if there is None:
            break
        amounts = there
        if _gain(there, funding) > _gain(best, funding):
            best = there
        if abs(amounts[0] - size) <= size >> _NEAR_BITS:
            break
    return best


def _within(units: int, low: int, high: int) -> int:
    """Give a size between what is too little and what is too much; the middle for one outside."""
    return units if low < units < high else (low + high) // 2


def _nudged(hops: Sequence[Hop], amounts: tuple[int, ...], way: int) -> tuple[int, ...] | None:
    """Quote a little more (1) or a little less (-1)."""
    bits = min(max(min(amounts).bit_length() - _NUDGE_UNITS, 4), _NUDGE_BITS)
    units = amounts[0] + way * max(amounts[0] >> bits, 1)
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


def _gain(amounts: tuple[int, ...], funding: Funding) -> int:
    return amounts[-1] - amounts[0] - funding.fee_units(amounts[0])


def _solved(hops: Sequence[Hop], funding: Funding) -> Sized | None:
    """Size a cycle of constant products by its closed form, where nothing bounds or taxes it."""
    if funding.fee_pips or not all(isinstance(hop.pool, UniswapV2) for hop in hops):
        return None
    coins = ("", "")
    cycle = tuple(
        CycleHop(ListedPool("", coins, pool), sold, bought) for pool, sold, bought in hops
    )
    near = cycle_size.near_size(cycle)
    solved = near and cycle_size.best_size(cycle, near, _EFFORT)
    if solved is None or solved.amounts[0] > funding.most_units:
        return None
    return Sized(funding, solved.amounts, 0)


@dataclass(frozen=True, slots=True)
class _Coarse:
    """A cycle sized by one of its amounts: the least input that brings it, and what it then pays.

    By the amount of the fewest units, neighbouring sizes really differ; by any other, most steps
    only pay more for the same.
    """

    hops: Sequence[Hop]
    funding: Funding
    at: int

    def amounts(self, units: int) -> tuple[int, ...] | None:
        """Quote the cycle when the amount is `units` at least."""
        needed = units
        for hop in reversed(self.hops[: self.at]):
            asked = quote_out(hop.pool, hop.sold, hop.bought, needed)
            if isinstance(asked, Reverts):
                return None
            needed = asked
        if not 1 <= needed <= self.funding.most_units:
            return None
        return paid_along(self.hops, needed)

    def gain(self, units: int) -> int | None:
        """Compute what is left, the loan's fee paid."""
        amounts = self.amounts(units)
        if amounts is None:
            return None
        return amounts[-1] - amounts[0] - self.funding.fee_units(amounts[0])


def _begun(hops: Sequence[Hop], funding: Funding, near_units: int) -> tuple[int, ...] | None:
    """Give the amounts at a size to begin with: the near one if it gains, else the best of many."""
    near = paid_along(hops, max(min(near_units, funding.most_units), 1))
    if near is not None and near[-1] > near[0]:
        return near
    sizes = (1 << bits for bits in range(0, funding.most_units.bit_length(), 2))
    tried = (paid_along(hops, units) for units in sizes)
    return max(
        (amounts for amounts in tried if amounts is not None),
        key=lambda amounts: amounts[-1] - amounts[0],
        default=None,
    )


def climbed(
    gain: Callable[[int], int | None], begin: int, *, noise: int, near_bits: int = 24
) -> int:
    """Climb a curve that is concave up to roundings from a size it can fill.

    Args:
        gain: What a size leaves; ``None`` where it cannot be filled.
        begin: Such a size.
        noise: What roundings alone can make of a difference, in units.
        near_bits: The first stride is the beginning shifted right by so much.

    Returns:
        A size of at least 1 from which no stride gains more: none up to the last few, or none of
        the first at which both neighbours differ by roundings alone.
    """
    size, best = begin, gain(begin) or 0
    stride = max(1, begin >> near_bits)
    while True:
        there = _better(gain, size, best, (stride,) if stride > 1 else _LAST)
        if there is not None:
            size, best, stride = *there, stride * 2
        elif stride == 1 or _is_flat(gain, size, best - noise, stride):
            return size
        else:
            stride = max(1, stride >> 2)


def _better(
    gain: Callable[[int], int | None], size: int, best: int, strides: Sequence[int]
) -> tuple[int, int] | None:
    """Find the first distance at which a size gains more, or a smaller one as much."""
    for stride in strides:
        for other in (size - stride, size + stride):
            found = gain(other) if other >= 1 else None
            if found is not None and found > best - (other < size):
                return other, found
    return None


def _is_flat(gain: Callable[[int], int | None], size: int, least: int, stride: int) -> bool:
    """Ask whether only roundings are left to be gained; small sizes are searched to the end."""
    if stride < _SMALL:
        return False
    both = (gain(size - stride) if size > stride else None, gain(size + stride))
    return all(found is not None and found >= least for found in both)
