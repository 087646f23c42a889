"""Every cycle that is known, and which of them pass through a venue.

Cycles of one length stand in columns of one array, a row a hop and a last one that says what else
they share, so that a screen multiplies whole rows of as many cycles as there are; the index of a
venue holds its cycles of all lengths once more, short ones filled up with the arc
:data:`~domain.cycles.graph.WHOLE`, so that a word about it is one look at one array. Both grow by
doubling. A cycle through a venue that went stays where it is (its arcs pay nothing) until
:meth:`Table.keep` gives a table without such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from domain.cycles.graph import WHOLE, Graph, Ints
from domain.cycles.paths import MOST_HOPS, Cycle


class Columns:
    """Cycles of one group, or column numbers: an array whose last axis grows by doubling."""

    def __init__(self, rows: int) -> None:
        self.count = 0
        self._room: Ints = np.zeros((rows, 4), dtype=np.int64)

    @property
    def filled(self) -> Ints:
        """What was put in, (rows, count); the first row is contiguous, as is each other."""
        return self._room[:, : self.count]

    def append(self, column: Iterable[int]) -> int:
        """Put one column at the end and give its number."""
        number = self.count
        if number == self._room.shape[1]:
            self._room = np.concatenate([self._room, np.zeros_like(self._room)], axis=1)
        self._room[:, number] = tuple(column)
        self.count += 1
        return number


class Key(NamedTuple):
    """What cycles share that are funded and paid for alike.

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


class Some(NamedTuple):
    """Some cycles of one length.

    Args:
        arcs: (hops, cycles).
        keys: Numbers of their keys, (cycles,).
    """

    arcs: Ints
    keys: Ints


class Near(NamedTuple):
    """The cycles through one venue.

    Args:
        arcs: (most hops, cycles); short ones end with the arc `WHOLE`.
        keys: Numbers of their keys, (cycles,).
        hops, numbers: Where the table has them, (cycles,) each.
    """

    arcs: Ints
    keys: Ints
    hops: Ints
    numbers: Ints


class Table:
    """All known cycles, and the index from venues to them.

    Args:
        most_hops: Of the longest one.
    """

    def __init__(self, most_hops: int = MOST_HOPS) -> None:
        self.keys: list[Key] = []
        self._most_hops = most_hops
        self._key_numbers: dict[Key, int] = {}
        self._groups: dict[int, Columns] = {}
        self._through: dict[int, Columns] = {}
        self._tallies: dict[int, Counter[str]] = {}

    @property
    def count(self) -> int:
        """How many cycles are kept, those of venues that went included."""
        return sum(columns.count for columns in self._groups.values())

    @property
    def lengths(self) -> tuple[int, ...]:
        """How long cycles are."""
        return tuple(sorted(self._groups))

    def add(self, key: Key, cycle: Cycle, graph: Graph) -> None:
        """Keep one more cycle; the caller knows that it is new."""
        at = self._numbered(key)
        number = self._groups.setdefault(key.hops, Columns(key.hops + 1)).append((*cycle, at))
        filling = (WHOLE,) * (self._most_hops - key.hops)
        for arc in cycle:
            venue = graph.arcs[arc].venue
            columns = self._through.setdefault(venue, Columns(self._most_hops + 3))
            columns.append((*cycle, *filling, at, key.hops, number))
            self._tallies.setdefault(venue, Counter())[key.kind] += 1

    def group(self, hops: int) -> Some:
        """Give all cycles of a length."""
        filled = self._groups[hops].filled
        return Some(filled[:hops], filled[hops])

    def cycle(self, hops: int, number: int) -> Cycle:
        """Give one cycle's arcs."""
        return tuple(self._groups[hops].filled[:hops, number].tolist())

    def key(self, hops: int, number: int) -> Key:
        """Give one cycle's key."""
        return self.keys[int(self._groups[hops].filled[hops, number])]

    def through(self, venue: int) -> Near | None:
        """Give a venue's cycles; ``None`` where it has none."""
        columns = self._through.get(venue)
        if columns is None:
            return None
        filled = columns.filled
        return Near(filled[:-3], filled[-3], filled[-2], filled[-1])

    def tally(self, venue: int) -> Mapping[str, int]:
        """Count a venue's cycles by kind."""
        return self._tallies.get(venue, {})

    def keep(self, graph: Graph) -> Table:
        """Give a table of the cycles whose venues are all still there."""
        kept = Table(self._most_hops)
        for hops in self.lengths:
            for number in range(self._groups[hops].count):
                cycle = self.cycle(hops, number)
                if all(graph.places[graph.arcs[arc].venue] for arc in cycle):
                    kept.add(self.key(hops, number), cycle, graph)
        return kept

    def _numbered(self, key: Key) -> int:
        number = self._key_numbers.setdefault(key, len(self.keys))
        if number == len(self.keys):
            self.keys.append(key)
        return number
