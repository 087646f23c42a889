"""The most profitable cycle of a market from one asset: all that can gain are sized, one is kept.

Sizing to the last unit is dear, so each cycle is first sized swiftly; those that could still beat
the best one found, by as much as roundings may hide, are then sized with all effort, the most
promising first. Between equal profits the fewer hops decide, then the smaller input, then names, so
that a market listed in another order gives the same answer. A cycle that a contract would not
execute is none. Gas is not in here: it does not depend on the size, and only the desk knows its
price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.arbitrage.cycle import Cycle, ListedPool, plain
from domain.arbitrage.cycles import Reached, gaining_cycles, reached_cycles
from domain.cycles.closed_form import closed_form
from domain.cycles.funding import UNBOUNDED, Sized
from domain.cycles.hop import executed
from domain.cycles.sizing import PROVING, SWIFT, best_sized, gain_slack_units


@dataclass(frozen=True, slots=True)
class BestCycle:
    """A cycle, and how much to send round it.

    Args:
        searched_hops: No cycle of up to so many hops leaves more.
    """

    hops: Cycle
    size: Sized
    searched_hops: int

    @property
    def coins(self) -> tuple[str, ...]:
        """The assets on the way, the first one at both ends."""
        return (self.hops[0].sold_coin, *(hop.bought_coin for hop in self.hops))

    @property
    def pools(self) -> tuple[str, ...]:
        """The pools on the way."""
        return tuple(hop.listed.name for hop in self.hops)


def best_cycle(
    market: Sequence[ListedPool],
    start: str,
    most_hops: int | None = None,
    effort: int = PROVING,
) -> BestCycle | None:
    """Find the cycle from an asset that leaves most of it; ``None`` when none leaves anything.

    Args:
        market: Pools of one chain at one block.
        start: Where cycles begin and end.
        most_hops: From 2 to 12; as many as few steps allow if not given.
        effort: Most sizes tried around the top of each cycle.

    Raises:
        InputRefused: The number of hops is out of bounds.
    """
    best: BestCycle | None = None
    reached = _reached(market, start, most_hops)
    promises = (_promise(cycle) for cycle in reached.cycles)
    for promise in sorted((found for found in promises if found), key=_descending):
        if best is not None and promise.most_units < best.size.gain_units:
            break
        size = best_sized(plain(promise.cycle), UNBOUNDED, promise.near_units, effort)
        if size is None or size.gain_units <= 0:
            continue
        if executed(plain(promise.cycle), size.amounts[0]):
            best = min(best, BestCycle(promise.cycle, size, reached.hops), key=_rank)
    return best


def start_assets(market: Sequence[ListedPool]) -> list[str]:
    """List the assets of a market, in order."""
    return sorted({coin for listed in market for coin in listed.coins})


def _reached(market: Sequence[ListedPool], start: str, most_hops: int | None) -> Reached:
    if most_hops is None:
        return reached_cycles(market, start)
    return Reached(list(gaining_cycles(market, start, most_hops)), most_hops)


@dataclass(frozen=True, slots=True)
class _Promise:
    """A cycle sized nearly, and what no size leaves more than."""

    cycle: Cycle
    near_units: int
    most_units: int


def _promise(cycle: Cycle) -> _Promise | None:
    """Bound what a cycle can leave; ``None`` where it can leave nothing."""
    near = best_sized(plain(cycle), effort=SWIFT)
    if near is None:
        return None
    size = near.amounts[0]
    solved = closed_form(plain(cycle), near_units=size)
    most = solved.most_units if solved else _most_units(cycle, near)
    return _Promise(cycle, size, most) if most > 0 else None


def _most_units(cycle: Cycle, near: Sized) -> int:
    """Bound what a cycle leaves by what it leaves near the top and what roundings hide there."""
    slack = gain_slack_units(plain(cycle), near.amounts, 0)
    return near.gain_units + 2 * (near.amounts[0] if slack is None else slack)


def _descending(promise: _Promise) -> tuple[int, int]:
    return -promise.most_units, len(promise.cycle)


def _rank(
    found: BestCycle | None,
) -> tuple[int, int, int, tuple[str, ...], tuple[str, ...]]:
    if found is None:
        return (1, 0, 0, (), ())
    size = found.size
    return (-size.gain_units, len(found.hops), size.amounts[0], found.coins, found.pools)
