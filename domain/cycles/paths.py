"""Which cycles a venue closes: every simple one, short ones first, within a stated budget.

A cycle visits no asset and no venue twice, has a direction, and begins at the first of its assets
that profit may be kept in. The last two hops are found by intersecting what is beside both ends, so
a long list of neighbours is walked only where the other one is short.

What is not guaranteed: beyond its budget of cycles or steps a search stops, and says so; what is
left out is always longer than or as long as what was kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from domain.cycles.graph import Graph

MOST_HOPS = 12

Cycle = tuple[int, ...]
"""Arcs in order."""


@dataclass(slots=True)
class Budget:
    """How far enumeration goes.

    Args:
        cycles: That may still be kept.
        steps: Paths that may still be tried; what bounds the time, some 2 us each.
        most_hops: Longest cycle; at most 12.
        left_out: Searches that stopped early.
    """

    cycles: int = 200_000
    steps: int = 20_000_000
    most_hops: int = MOST_HOPS
    left_out: int = field(default=0, init=False)

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be looked for."""
        return self.cycles <= 0 or self.steps <= 0

    def step(self) -> bool:
        """Take one step, if one is left."""
        self.steps -= 1
        return not self.is_spent


def cycles_through(
    graph: Graph, venue: int, hops: int, anchors: Collection[int], budget: Budget
) -> Iterator[Cycle]:
    """Find the cycles of a length that use a venue and otherwise only venues of lower number.

    Taken for every venue, this gives every cycle exactly once: with its youngest venue.

    Args:
        graph: The market.
        venue: Number of the venue.
        hops: Length; at least 2.
        anchors: Assets a cycle may begin at, best first; a cycle without one is not given.
        budget: Steps are taken from it; cycles are its owner's to count.
    """
    place = graph.places[venue]
    ranks = {asset: rank for rank, asset in enumerate(anchors)}
    for arc in place.arcs if place else ():
        closed = _Closing(graph, venue, graph.arcs[arc].asset_in, budget)
        for path in closed.paths((arc,), (graph.arcs[arc].asset_out,), hops - 1):
            if (cycle := anchored(graph, path, ranks)) is not None:
                yield cycle


def anchored(graph: Graph, path: Cycle, ranks: dict[int, int]) -> Cycle | None:
    """Turn a cycle so that it begins at its best-ranked asset; ``None`` where it has none."""
    starts = [
        (ranks[asset], at)
        for at, arc in enumerate(path)
        if (asset := graph.arcs[arc].asset_in) in ranks
    ]
    if not starts:
        return None
    _, at = min(starts)
    return path[at:] + path[:at]


@dataclass(slots=True)
class _Closing:
    """The search for ways back to one asset, over venues below one number."""

    graph: Graph
    youngest: int
    home: int
    budget: Budget

    def paths(self, path: Cycle, visited: tuple[int, ...], left: int) -> Iterator[Cycle]:
        """Give every way to end a path at home in exactly `left` more hops."""
        if not self.budget.step():
            return
        here = visited[-1]
        if left == 1:
            yield from ((*path, arc) for arc in self._arcs(path, here, self.home))
            return
        for there in self._ways(here, left):
            if there != self.home and there not in visited:
                for arc in self._arcs(path, here, there):
                    yield from self.paths((*path, arc), (*visited, there), left - 1)

    def _ways(self, here: int, left: int) -> Collection[int]:
        """Give where to go next; with two hops left only what is beside both ends."""
        beside = self.graph.neighbours(here)
        if left > 2:  # noqa: PLR2004 (two hops: there and home)
            return beside
        return beside.keys() & self.graph.neighbours(self.home).keys()

    def _arcs(self, path: Cycle, here: int, there: int) -> list[int]:
        arcs, used = self.graph.arcs, {self.graph.arcs[arc].venue for arc in path}
        return [
            arc
            for arc in self.graph.between.get((here, there), ())
            if arcs[arc].venue < self.youngest and arcs[arc].venue not in used
        ]
