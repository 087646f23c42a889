"""The cheapest way to pair rows with columns, in exact integers, and what the next best costs.

As many pairs as possible come first, then the lowest sum of costs. Paths of least added cost are
searched one row at a time under potentials that keep every reduced cost from being negative, so no
number is ever rounded (Kuhn 1955; Edmonds and Karp 1972). What a cost means is the caller's.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

Costs = Mapping[int, Mapping[int, int]]
"""Row -> column -> cost, not negative; what is absent cannot be paired."""
_ROOM = -1
"""Columns below 0 are ways out, one a row: the row stays alone."""


class Pairing(NamedTuple):
    """One row, the column it was given, and what happens when that is forbidden.

    Args:
        margin: Added cost of the best answer without this pair; None when it pairs fewer.
        runner_up: Column the row has in that answer; None when it has none.
    """

    row: int
    column: int
    margin: int | None
    runner_up: int | None


class _Reached(NamedTuple):
    """Distances from a row by reduced costs, and the row each column is reached by."""

    rows: dict[int, int]
    columns: dict[int, int]
    through: dict[int, int]


class _Solver:
    """One component: rows, the columns they may have, and a private way out for each row."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self._outside = 1 + sum(max(of_row.values(), default=0) for of_row in costs.values())
        self._row_of: dict[int, int] = {}
        self.column_of: dict[int, int] = {}
        self._row_price = dict.fromkeys(costs, 0)
        self._column_price: defaultdict[int, int] = defaultdict(int)
        for row in sorted(costs):
            self._place(row)

    def _place(self, start: int) -> None:
        found, end = self._search(start)
        limit = found.columns[end]
        for row, distance in found.rows.items():
            self._row_price[row] += limit - distance
        for column, distance in found.columns.items():
            self._column_price[column] -= limit - distance
        column = end
        while True:
            row = found.through[column]
            before = self.column_of.get(row, end)
            self._row_of[column], self.column_of[row] = row, column
            if row == start:
                return
            column = before

    def _search(self, start: int) -> tuple[_Reached, int]:
        """Walk outwards from a row until a free column is the nearest."""
        found, best = _Reached({start: 0}, {}, {}), dict[int, int]()
        heap: list[tuple[int, int, int]] = []
        row = start
        while True:
            base = found.rows[row] - self._row_price[row]
            for column, cost in self._edges(row):
                reached = base + cost - self._column_price[column]
                if column not in found.columns and reached < best.get(column, reached + 1):
                    best[column], found.through[column] = reached, row
                    heapq.heappush(heap, (reached, column in self._row_of, column))
            reached, column = _nearest(heap, found)
            found.columns[column] = reached
            if column not in self._row_of:
                return found, column
            row = self._row_of[column]
            found.rows[row] = reached

    def _edges(self, row: int) -> Iterator[tuple[int, int]]:
        yield from self._costs[row].items()
        yield _ROOM - row, self._outside


def _nearest(heap: list[tuple[int, int, int]], found: _Reached) -> tuple[int, int]:
    while True:
        reached, _, column = heapq.heappop(heap)
        if column not in found.columns:
            return reached, column


def assign(
    costs: Costs,
    row_twins: Mapping[int, object] | None = None,
    twins: Mapping[int, object] | None = None,
) -> list[Pairing]:
    """Pair rows with columns.

    Args:
        costs: Which pairs are possible and what each costs.
        row_twins: Row -> what interchangeable rows share. Swapping twins is no other answer, so it
            does not count against a margin.
        twins: Column -> what interchangeable columns share.

    Returns:
        Pairings by row; rows left without a column are not among them. The same for the same
        numbering, whatever the order of the mappings.
    """
    ordered = {row: dict(sorted(costs[row].items())) for row in sorted(costs) if costs[row]}
    found: list[Pairing] = []
    for rows in components(ordered):
        part = {row: ordered[row] for row in rows}
        found.extend(_paired(part, row_twins or {}, twins or {}))
    return sorted(found, key=lambda one: one.row)


def _paired(
    costs: Costs, row_twins: Mapping[int, object], twins: Mapping[int, object]
) -> Iterator[Pairing]:
    answer = solved(costs)
    for row, column in answer.items():
        banned = _alike(answer, row, row_twins, twins)
        rest = {c: cost for c, cost in costs[row].items() if c not in banned}
        other = solved({**costs, row: rest}) if rest or len(costs) > 1 else {}
        is_fewer = len(other) < len(answer)
        margin = None if is_fewer else _sum(other, costs) - _sum(answer, costs)
        yield Pairing(row, column, margin, other.get(row))


def solved(costs: Costs) -> dict[int, int]:
    """Give the cheapest of the largest pairings of one component: row -> column."""
    if len(costs) == 1:
        ((row, columns),) = costs.items()
        return {row: min(columns, key=lambda c: (columns[c], c))} if columns else {}
    column_of = _Solver(costs).column_of
    return {row: column for row, column in sorted(column_of.items()) if column > _ROOM}


def _sum(answer: Mapping[int, int], costs: Costs) -> int:
    return sum(costs[row][column] for row, column in answer.items())


def _alike(
    answer: Mapping[int, int],
    row: int,
    row_twins: Mapping[int, object],
    twins: Mapping[int, object],
) -> set[int]:
    column = answer[row]
    banned = {column}
    if column in twins:
        banned |= {other for other, name in twins.items() if name == twins[column]}
    if row in row_twins:
        banned |= {answer[other] for other in answer if row_twins.get(other) == row_twins[row]}
    return banned


def components(costs: Costs) -> Iterator[Sequence[int]]:
    """Part rows into groups that share no column, each in order."""
    rows_of: defaultdict[int, list[int]] = defaultdict(list)
    for row in sorted(costs):
        for column in costs[row]:
            rows_of[column].append(row)
    seen: set[int] = set()
    for row in sorted(costs):
        if row not in seen:
            yield sorted(_reach(row, costs, rows_of, seen))


def _reach(
    start: int, costs: Costs, rows_of: Mapping[int, Sequence[int]], seen: set[int]
) -> list[int]:
    seen.add(start)
    reached = [start]
    for row in reached:
        for column in costs[row]:
            fresh = [other for other in rows_of[column] if other not in seen]
            seen.update(fresh)
            reached.extend(fresh)
    return reached
