"""The cycles of a market kept up to date while venues come and go.

Taking in many venues at once goes length by length over all of them, so that a budget spent is
spent on short cycles first; one more venue brings only the cycles it closes.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.cycles.graph import Graph
from domain.cycles.kinds import KINDS, Kind, Shape, key_of
from domain.cycles.paths import Budget, Cycle, cycles_through
from domain.cycles.table import Table

_MOST_GONE = 4
"""A quarter of the cycles may be those of venues that went, before they are dropped."""


class Roster:
    """The graph's cycles.

    Args:
        graph: The market; venues are added to it first.
        anchors: Identities of the assets a gain may be kept in, best first.
        budget: How far enumeration goes.
        kinds: Which strategies look at all.
    """

    def __init__(
        self,
        graph: Graph,
        anchors: Sequence[str],
        budget: Budget,
        kinds: Sequence[Kind] = KINDS,
    ) -> None:
        self.graph = graph
        self.table = Table(budget.most_hops)
        self.budget = budget
        self.anchors = tuple(graph.asset(identity) for identity in anchors)
        self._kinds = kinds
        self._gone = 0

    def take_in(self, venues: Sequence[int]) -> int:
        """Find the cycles that new venues close, short ones first.

        Returns:
            How many were kept.
        """
        before = self.table.count
        for hops in range(2, self.budget.most_hops + 1):
            for venue in venues:
                if self.budget.is_spent:
                    self.budget.left_out += 1
                    return self.table.count - before
                self._close(venue, hops)
        return self.table.count - before

    def let_go(self, name: str) -> None:
        """Forget a venue; its cycles pay nothing from now on."""
        number = self.graph.venue(name)
        if number is None:
            return
        self._gone += sum(self.table.tally(number).values())
        self.graph.remove(name)
        if self._gone * _MOST_GONE > self.table.count:
            before = self.table.count
            self.table = self.table.keep(self.graph)
            self.budget.cycles += before - self.table.count
            self._gone = 0

    def _close(self, venue: int, hops: int) -> None:
        for cycle in cycles_through(self.graph, venue, hops, self.anchors, self.budget):
            key = key_of(self._shape(cycle), self._kinds)
            if key is not None:
                self.table.add(key, cycle, self.graph)
                self.budget.cycles -= 1
                if self.budget.is_spent:
                    return

    def _shape(self, cycle: Cycle) -> Shape:
        on_chain = sum(self.graph.place(self.graph.arcs[arc].venue).is_on_chain for arc in cycle)
        return Shape(len(cycle), on_chain)
