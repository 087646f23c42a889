"""How much to send round a cycle: the whole number that leaves most, and whether that is proven.

Nearly, what is left is a concave curve of the size; the closed form, or lines through quotes
(:mod:`domain.cycles.approach`), find its top. Exactly, it is a staircase with notches: where an
asset on the way is worth much more a unit than the first, or is traded in lots, whole stretches of
sizes buy the same number of them. Only the least size that buys a given number can be best, so the
search counts in steps (units, or lots) of the coarsest amount on the way and asks, for each number
of them, for the least size.

Why it may stop. Let P be the smooth gain and p the real one, nowhere further than E apart, E being
the slack of all hops in units of the first asset. When p + 2E at some size is below the best p
found nearer to the top, P there is below P at the best by more than E; P is concave, so it only
falls beyond, and p is nowhere there the better one. Both sides having ended so, or at what cannot
be filled or paid for, the answer is proven. It is proven too when it reaches the closed form's
bound. Deep pools of fine assets are flat over millions of millions of sizes; there the search ends
after its effort, within E of the best.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from domain.cycles.approach import FINE, ROUGH, near_amounts, nudge_bits
from domain.cycles.climbing import climbed
from domain.cycles.closed_form import Optimum, closed_form
from domain.cycles.funding import UNBOUNDED, Funding, Sized
from domain.cycles.hop import Hops, least_input, paid_along, steps_of
from domain.cycles.segment import is_product
from domain.cycles.slack import lot_slack_units, slack_units
from domain.cycles.top import top_units
from domain.errors import Refused

PROVING = 5_000
"""Most sizes tried around the top where a proof is wanted. Two fine assets on the way need about
1 / (the fraction of a unit by which the smooth top exceeds a whole number); one in two thousand
cycles needs more than this."""
SWIFT = 4
"""Sizes tried where the next price is already on its way: most are proven best at once."""

_LEISURE = 64
"""Efforts from here on are worth the closed form of pools with ticks: a millisecond."""
_CLIMBS = 4
"""Strides a size of effort is worth: climbing comes before it, and is what finds the top."""
_SHY_BITS = 24
"""Where the top is the end of a venue, a float may lie beyond it by less than this share."""
_WORTH_BITS = 20
"""A step of an amount on the way that is worth less than this share of the gain is not counted."""
_COARSE = 1 << 32
"""Amounts of fewer steps are climbed; a unit of more is less than 10^-9 of it."""
_FLAT = 200
"""Sizes tried where the top is too flat for any proof: more of them find a last unit or two."""
_HOLE = 64
"""Sizes refused in a row after which none beyond is asked. Refusals lie at the ends: nothing is
paid, or a limit is reached; only a solver that finds no end in a tiny pool refuses in between."""
_FLOAT_ERROR = 1e-6


def best_sized(
    hops: Hops, funding: Funding = UNBOUNDED, near_units: int = 1, effort: int = PROVING
) -> Sized | None:
    """Find the best input for one funding.

    Args:
        hops: In order, venues all different.
        funding: Whose limit and fee count.
        near_units: Where to begin; any positive number leads there, a near one sooner.
        effort: Most sizes tried around the top.

    Returns:
        The cycle at that size, the smallest where several tie among those tried, which may still
        gain nothing; ``None`` when no size can be filled.
    """
    if funding.most_units < 1:
        return None
    solved = _solved(hops, funding, near_units, effort)
    near = paid_along(hops, solved.in_units) if solved else None
    if near is None:
        near = _near(hops, funding, near_units, effort)
    if near is None:
        return None
    return _Search(hops, funding, near, solved.most_units if solved else None).run(effort)


def _near(hops: Hops, funding: Funding, near_units: int, effort: int) -> tuple[int, ...] | None:
    """Find amounts near the top by smooth curves, and with effort by the venues' own quotes."""
    top = top_units(hops, funding, near_units)
    if effort < _LEISURE and top is not None:
        for units in (top, top - (top >> _SHY_BITS) - 1):
            amounts = paid_along(hops, units) if units >= 1 else None
            if amounts is not None:
                return amounts
    fineness = FINE if effort >= _LEISURE else ROUGH
    return near_amounts(hops, funding, near_units if top is None else top, fineness)


def gain_slack_units(hops: Hops, near: tuple[int, ...], pivot: int) -> int | None:
    """Bound how far the real gain lies from the smooth one near a size, in units of the first.

    A unit lost on the way costs at most what the spot rates of the hops after it make of it. At the
    amount that is counted in whole steps nothing is lost by a floor; before it, a least input is
    rounded up on top.

    Args:
        hops: In order.
        near: Amounts of a size near the top.
        pivot: Place of the amount that is counted.

    Returns:
        The bound; ``None`` where a venue's family has none.
    """
    step, total = steps_of(hops)[pivot], 0.0
    for place, (hop, units) in enumerate(zip(hops, near, strict=False), start=1):
        try:
            slack = slack_units(hop.pool, hop.sold, hop.bought, units)
        except Refused:
            return None
        if slack is None:
            return None
        if place - 1 == pivot:
            slack -= lot_slack_units(hop.pool, hop.sold)
        lost = 2 * slack if place < pivot else max(slack - step, 0) if place == pivot else slack
        total = total * hop.pool.spot_rate(hop.sold, hop.bought) + lost
    return 2 + math.ceil(total * (1 + _FLOAT_ERROR))


def _solved(hops: Hops, funding: Funding, near_units: int, effort: int) -> Optimum | None:
    """Solve in closed form what is worth it."""
    if effort < _LEISURE and not all(is_product(hop.pool) for hop in hops):
        return None
    return closed_form(hops, funding, near_units)


class _Search:
    """Numbers of the coarsest amount's steps, tried outward from the top till no better follows."""

    def __init__(
        self, hops: Hops, funding: Funding, near: tuple[int, ...], bound: int | None
    ) -> None:
        self._hops, self._funding, self._bound = hops, funding, bound
        self._best = self._near = near
        steps = steps_of(hops)
        self._pivot = min(range(len(hops)), key=lambda at: near[at] // steps[at])
        self._step = steps[self._pivot]
        self._count = near[self._pivot] // self._step
        self._slack: int | None = None

    def run(self, effort: int) -> Sized:
        """Try sizes on both sides by turns; a side ends when nothing better can lie beyond."""
        if self._bound is None and effort < _LEISURE:
            self._count_steps()
            return self._sized(is_proven=False)
        if self._bound is None:
            self._climb(effort * _CLIMBS)
        return self._sized(is_proven=self._is_at_top(effort))

    def _count_steps(self) -> None:
        """Take the whole number of steps nearest to the top, where a step is worth it."""
        worth = self._near[0] * self._step // self._near[self._pivot]
        if worth <= self._funding.left_units(self._near) >> _WORTH_BITS:
            return
        nearest = (2 * self._near[self._pivot] + self._step) // (2 * self._step)
        found = self._at(nearest) if nearest else None
        found = found or (self._at(self._count) if self._count not in {0, nearest} else None)
        if found is not None and self._is_better(found):
            self._best = found

    def _is_at_top(self, effort: int) -> bool:
        """Look for better sizes.

        Once the bound is reached, only smaller ones that leave as much are still of interest.
        """
        self._slack = gain_slack_units(self._hops, self._near, self._pivot)
        smaller, larger = self._side(-1), self._side(+1)
        sides = [larger, smaller]
        for _ in range(effort if self._can_end(effort) else min(effort, _FLAT)):
            if self._is_at_bound() and larger in sides:
                sides.remove(larger)
            if not sides:
                return True
            side = sides.pop(0)
            if next(side, None) is not None:
                sides.append(side)
        return not sides or self._is_at_bound()

    def _can_end(self, effort: int) -> bool:
        """Ask whether so much effort can prove anything: by a bound, or by both ends being near."""
        if all(is_product(hop.pool) for hop in self._hops):
            return True
        ends = [self._at(self._count + way * effort) for way in (-1, 1) if self._count + way > 0]
        slack = self._slack
        return all(
            end is None or (slack is not None and self._is_below(end, slack)) for end in ends
        )

    def _climb(self, tries: int) -> None:
        """Begin the search at the top by strides, where amounts are so coarse that it is sharp."""
        if not 1 <= self._count < _COARSE:
            return
        stride = self._count >> nudge_bits(self._hops, self._near)
        top = climbed(self._left, self._count, max(stride, 1), len(self._hops), tries)
        found = self._at(top)
        if found is not None and self._is_better(found):
            self._near = self._best = found
            self._count = found[self._pivot] // self._step

    def _left(self, count: int) -> int | None:
        found = self._at(count)
        return None if found is None else self._funding.left_units(found)

    def _sized(self, *, is_proven: bool) -> Sized:
        return Sized(self._funding, self._best, is_proven)

    def _is_at_bound(self) -> bool:
        return self._bound is not None and self._funding.left_units(self._best) >= self._bound

    def _side(self, direction: int) -> Iterator[bool]:
        count, refused = self._count + (direction > 0), 0
        trail = (self._near, self._near)
        while count >= 1 and refused < _HOLE:
            units = self._least(count, trail)
            if units is not None and units > self._funding.most_units:
                return
            found = None if units is None else paid_along(self._hops, units)
            refused = 0 if found else refused + 1
            if found is not None:
                trail = (trail[1], found)
                if self._is_better(found):
                    self._best = found
                if self._ends(found):
                    return
            yield True
            count += direction

    def _ends(self, found: tuple[int, ...]) -> bool:
        """Say whether nothing beyond can be better: see the module's reasoning.

        Roundings are bounded near the top; where the end is rounded more, that bound counts.
        """
        if self._slack is None or not self._is_below(found, self._slack):
            return False
        here = gain_slack_units(self._hops, found, self._pivot)
        self._slack = None if here is None else max(here, self._slack)
        return self._slack is not None and self._is_below(found, self._slack)

    def _is_below(self, found: tuple[int, ...], slack: int) -> bool:
        return self._funding.left_units(found) + 2 * slack < self._funding.left_units(self._best)

    def _is_better(self, found: tuple[int, ...]) -> bool:
        mine, other = self._funding.left_units(found), self._funding.left_units(self._best)
        return (mine, -found[0]) > (other, -self._best[0])

    def _least(self, count: int, trail: tuple[tuple[int, ...], tuple[int, ...]]) -> int | None:
        """Find the least input that brings so many steps of the coarsest amount.

        Args:
            count: How many.
            trail: The last two amounts on this side, whose line the next ones nearly continue.
        """
        before, last = trail
        units: int | None = count * self._step
        for place in range(self._pivot - 1, -1, -1):
            units = least_input(self._hops[place], units, 2 * last[place] - before[place])
            if units is None:
                return None
        return units

    def _at(self, count: int) -> tuple[int, ...] | None:
        """Follow the least input for a count far from any other."""
        units = self._least(count, (self._near, self._near))
        is_within = units is not None and units <= self._funding.most_units
        return paid_along(self._hops, units) if units is not None and is_within else None
