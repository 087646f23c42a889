"""Every cycle that is known, and which of them pass through a venue.

Cycles of one kind and length stand in columns of one array, a row a hop, so that a screen
multiplies whole rows; the index of a venue lists columns. Both grow by doubling. A cycle through a
venue that went stays where it is (its arcs pay nothing) until :meth:`Table.keep` gives a table
without such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from domain.cycles.graph import Graph, Ints
from domain.cycles.paths import Cycle


class Columns:
    """Cycles of one group, or column numbers: an array whose last axis grows by doubling."""

    def __init__(self, rows: int) -> None:
        self.count = 0
        self._room: Ints = np.zeros((rows, 4), dtype=np.int64)

    @property
    def filled(self) -> Ints:
        """What was put in, (rows, count); the first row is contiguous, as is each other."""
        return self._room[:, : self.count]

    def picked(self, numbers: Ints) -> Ints:
        """Give some columns, (rows, numbers); from all of the room, which is contiguous."""
        return self._room.take(numbers, axis=1)

    def append(self, column: Iterable[int]) -> int:
        """Put one column at the end and give its number."""
        number = self.count
        if number == self._room.shape[1]:
            self._room = np.concatenate([self._room, np.zeros_like(self._room)], axis=1)
        self._room[:, number] = tuple(column)
        self.count += 1
        return number


class Key(NamedTuple):
    """What the cycles of one array share.

    Args:
        kind: The strategy that looks at them.
        hops: Their length.
        on_chain: How many of their venues one transaction can use; all, for an atomic cycle.
    """

    kind: str
    hops: int
    on_chain: int

    @property
    def is_atomic(self) -> bool:
        """Whether one transaction does all of it, or nothing."""
        return self.on_chain == self.hops


class Table:
    """All known cycles, and the index from venues to them."""

    def __init__(self) -> None:
        self._groups: dict[Key, Columns] = {}
        self._through: dict[int, dict[Key, Columns]] = {}

    @property
    def count(self) -> int:
        """How many cycles are kept, those of venues that went included."""
        return sum(columns.count for columns in self._groups.values())

    @property
    def keys(self) -> tuple[Key, ...]:
        """Which groups there are."""
        return tuple(sorted(self._groups))

    def add(self, key: Key, cycle: Cycle, graph: Graph) -> None:
        """Keep one more cycle; the caller knows that it is new."""
        number = self._groups.setdefault(key, Columns(key.hops)).append(cycle)
        for arc in cycle:
            groups = self._through.setdefault(graph.arcs[arc].venue, {})
            groups.setdefault(key, Columns(1)).append((number,))

    def group(self, key: Key) -> Ints:
        """Give all cycles of a group as (hops, cycles)."""
        return self._groups[key].filled

    def picked(self, key: Key, numbers: Ints) -> Ints:
        """Give some cycles of a group as (hops, numbers)."""
        return self._groups[key].picked(numbers)

    def cycle(self, key: Key, number: int) -> Cycle:
        """Give one cycle's arcs."""
        return tuple(self._groups[key].filled[:, number].tolist())

    def through(self, venue: int) -> Iterator[tuple[Key, Ints]]:
        """Give the numbers of a venue's cycles, group by group."""
        for key, columns in self._through.get(venue, {}).items():
            yield key, columns.filled[0]

    def keep(self, graph: Graph) -> Table:
        """Give a table of the cycles whose venues are all still there."""
        kept = Table()
        for key in self.keys:
            for number in range(self._groups[key].count):
                cycle = self.cycle(key, number)
                if all(graph.places[graph.arcs[arc].venue] for arc in cycle):
                    kept.add(key, cycle, graph)
        return kept
