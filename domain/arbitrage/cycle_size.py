"""How much to send round a cycle: the whole number that leaves most, and whether that is proven.

Nearly, profit is a concave curve of the size; a climb by halving strides, or the closed form, finds
its top. Exactly, it is a staircase with notches: where a coin on the way is worth much more a unit
than the first, whole stretches of sizes buy the same units of it. Only the least size that buys a
given number of them can be best, so the search counts in units of the coarsest coin on the way and
asks, for each number of them, for the least size.

Why it may stop. Let P be the smooth profit and p the real one, nowhere further than E apart, E
being the slack of all hops in units of the first coin. When p + 2E at some size is below the best p
found nearer to the top, P there is below P at the best by more than E; P is concave, so it only
falls beyond, and p is nowhere there the better one. Both sides having ended so, the answer is
proven. It is proven too when it reaches the closed form's bound. Deep pools of fine coins are flat
over millions of millions of sizes; there the search ends after :data:`EFFORT` sizes, within E of
the best.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from domain.arbitrage.closed_form import closed_form
from domain.arbitrage.cycle import Cycle, Hop, amounts
from domain.arbitrage.slack import slack_units
from domain.errors import Refused

EFFORT = 5_000
"""Most sizes tried around the top. Two fine coins on the way need about 1 / (the fraction of a unit
by which the smooth top exceeds a whole number); one in two thousand cycles needs more than this."""

_WORD_BITS = 256
_FINE = 44
"""A top is flat over the square root of its size or more, and no reserve has over 112 bits."""
_COARSE = 8
"""Doublings in which a few units of a coarse coin become so many that losing one is little."""
_HOLE = 64
"""Sizes refused in a row after which none beyond is asked. Refusals lie at the ends: nothing is
paid, or a limit is reached; only a solver that finds no end in a tiny pool refuses in between."""
_FLOAT_ERROR = 1e-6


@dataclass(frozen=True, slots=True)
class Sized:
    """A size for a cycle.

    Args:
        amounts: What goes in, and what each hop pays; the last is in the first coin again.
        is_proven: Whether no other size leaves more.
    """

    amounts: tuple[int, ...]
    is_proven: bool

    @property
    def profit_units(self) -> int:
        """What is left of the last after giving back the first."""
        return self.amounts[-1] - self.amounts[0]


@dataclass(frozen=True, slots=True)
class Near:
    """Amounts near the top of a cycle's profit.

    Args:
        amounts: What goes in, and what each hop pays.
        most_profit_units: What no size exceeds, where the closed form says so.
    """

    amounts: tuple[int, ...]
    most_profit_units: int | None


def near_size(cycle: Cycle) -> Near | None:
    """Find amounts near the top; ``None`` when nothing can be sent round."""
    solved = closed_form(cycle)
    found = amounts(cycle, solved.in_units) if solved else None
    if solved and found:
        return Near(found, solved.most_profit_units)
    found = _climbed(cycle)
    if found is None:
        return None
    solved = solved or closed_form(cycle, found[0])
    return Near(found, solved.most_profit_units if solved else None)


def best_size(cycle: Cycle, near: Near, effort: int = EFFORT) -> Sized:
    """Find the input that leaves most.

    Args:
        cycle: Hops through pools that each appear once.
        near: From :func:`near_size`.
        effort: Most sizes tried around the top.

    Returns:
        The best size, the smallest where several tie among those tried; its profit may be negative.
    """
    return _Search(cycle, near).run(effort)


def profit_slack_units(cycle: Cycle, near: tuple[int, ...], pivot: int) -> int | None:
    """Bound how far real profit lies from smooth profit near a size, in units of the first coin.

    A unit lost on the way costs at most what the spot rates of the hops after it make of it. At the
    coin that is counted in whole units nothing is lost by a floor; before it, a least input is
    rounded up on top.

    Args:
        cycle: The hops.
        near: Amounts of a size near the top.
        pivot: Place of the coin that is counted.

    Returns:
        The bound; ``None`` where a pool's family has none.
    """
    total = 0.0
    for place, (hop, units) in enumerate(zip(cycle, near, strict=False), start=1):
        try:
            slack = slack_units(hop.listed.pool, hop.sold, hop.bought, units)
        except Refused:
            return None
        if slack is None:
            return None
        lost = 2 * slack if place < pivot else slack - 1 if place == pivot else slack
        total = total * hop.spot_rate() + lost
    return 2 + math.ceil(total * (1 + _FLOAT_ERROR))


def least_input(hop: Hop, wanted: int, guess: int) -> int | None:
    """Find the smallest amount for which a pool pays at least so much; ``None`` where none does.

    Args:
        hop: The pool and its direction.
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


class _Search:
    """Numbers of the coarsest coin, tried outward from the top until nothing better can follow."""

    def __init__(self, cycle: Cycle, near: Near) -> None:
        self._cycle = cycle
        self._near = self._best = near.amounts
        self._bound = near.most_profit_units
        self._pivot = min(range(len(cycle)), key=lambda place: near.amounts[place])
        self._slack = profit_slack_units(cycle, near.amounts, self._pivot)

    def run(self, effort: int) -> Sized:
        """Try sizes on both sides by turns; a side ends when nothing better can lie beyond.

        Once the bound is reached, only smaller sizes that leave as much are still of interest.
        """
        smaller, larger = self._side(-1), self._side(+1)
        sides = [larger, smaller]
        for _ in range(effort):
            if self._is_at_bound() and larger in sides:
                sides.remove(larger)
            if not sides:
                return Sized(self._best, is_proven=True)
            side = sides.pop(0)
            if next(side, None) is not None:
                sides.append(side)
        return Sized(self._best, is_proven=not sides or self._is_at_bound())

    def _is_at_bound(self) -> bool:
        return self._bound is not None and _profit(self._best) >= self._bound

    def _side(self, direction: int) -> Iterator[bool]:
        units, refused = self._near[self._pivot] - (direction < 0), 0
        trail = (self._near, self._near)
        while units >= 1 and refused < _HOLE:
            found = self._at(units, trail)
            refused = 0 if found else refused + 1
            if found is not None:
                trail = (trail[1], found)
                if _is_better(found, self._best):
                    self._best = found
                if self._ends(found):
                    return
            yield True
            units += direction

    def _ends(self, found: tuple[int, ...]) -> bool:
        """Say whether nothing beyond can be better: see the module's reasoning.

        Roundings are bounded near the top; where the end is rounded more, that bound counts.
        """
        if self._slack is None or not self._is_below(found, self._slack):
            return False
        here = profit_slack_units(self._cycle, found, self._pivot)
        self._slack = None if here is None else max(here, self._slack)
        return self._slack is not None and self._is_below(found, self._slack)

    def _is_below(self, found: tuple[int, ...], slack: int) -> bool:
        return _profit(found) + 2 * slack < _profit(self._best)

    def _at(
        self, units: int, trail: tuple[tuple[int, ...], tuple[int, ...]]
    ) -> tuple[int, ...] | None:
        """Follow the least input that brings so many units of the coarsest coin.

        Args:
            units: How many.
            trail: The last two amounts on this side, whose line the next ones nearly continue.
        """
        before, last = trail
        for place in range(self._pivot - 1, -1, -1):
            asked = least_input(self._cycle[place], units, 2 * last[place] - before[place])
            if asked is None:
                return None
            units = asked
        return amounts(self._cycle, units)


def _climbed(cycle: Cycle) -> tuple[int, ...] | None:
    """Climb to the top: from the best power of two, by strides that halve."""
    powers: list[tuple[int, ...]] = []
    for bit in range(_WORD_BITS):
        found = amounts(cycle, 1 << bit)
        if found is not None:
            powers.append(found)
        if len(powers) > _COARSE and (found is None or 2 * found[-1] < found[0]):
            break
    if not powers:
        return None
    best = max(powers, key=_profit)
    stride, fine = best[0] // 2, best[0] >> _FINE
    while stride > fine:
        for size in (best[0] + stride, best[0] - stride):
            found = amounts(cycle, size)
            if found is not None and _profit(found) > _profit(best):
                best = found
                break
        else:
            stride //= 2
    return best


def _paid(hop: Hop, units: int) -> int:
    try:
        return hop.out_units(units)
    except Refused:
        return 0


def _profit(found: tuple[int, ...]) -> int:
    return found[-1] - found[0]


def _is_better(found: tuple[int, ...], best: tuple[int, ...]) -> bool:
    return (_profit(found), -found[0]) > (_profit(best), -best[0])
