"""Rows that share no key: the nearest in amount and time, within what the rules state.

First those that agree within tolerance and window; what is left over pairs only where two of
account, asset and amount agree at nearly one instant, or all three at different ones: such a pair
is a break with its cause, where two missing rows would say less. Unless the choice is clear, rows
stay apart or the pair is only suggested.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from domain.reconciliation.board import LEFT, RIGHT, Board
from domain.reconciliation.sums import split_rows
from domain.reconciliation.types import Row
from domain.reconciliation.weighing import (
    Edge,
    cost,
    fields_apart,
    is_plausible,
    weighed,
)

_Name = Callable[[Row], object]
CROWD = 256
"""Rows of one account, asset and stretch of time that are still compared one by one."""


def pair_nearest(board: Board) -> None:
    """Match rows within tolerance and window at the lowest total difference, until none is left.

    What repeats a settled row under its own key is the last to be taken for anything else.
    """

    def as_told(left: Row, right: Row) -> int:
        repeats = bool(board.repeated_key(LEFT, left)) + bool(board.repeated_key(RIGHT, right))
        return cost(left, right, _told_apart(left, right) + repeats)

    while pairs := list(weighed(board, _tolerated(board), "nearest", as_told)):
        for pair in pairs:
            board.take(pair)


def _told_apart(left: Row, right: Row) -> int:
    """Count how a pair was charged and stands apart: less of it goes before what is nearer."""
    is_fee_apart = (left.fee_asset, left.fee_units) != (right.fee_asset, right.fee_units)
    return is_fee_apart + (left.status != right.status)


def pair_sums(board: Board) -> None:
    """Match one row with several of its account, asset and window that sum to it."""
    for mine, theirs in list(board.groups(lambda row: (row.account, row.asset))):
        if board.refs_are_keys and not (
            _some_bare(board, LEFT, mine) or _some_bare(board, RIGHT, theirs)
        ):
            continue
        list(split_rows(board, mine, theirs, "sum", is_keyed=False))


def _some_bare(board: Board, side: int, positions: Sequence[int]) -> bool:
    return any(not board.rows[side][at].ref for at in positions)


def pair_explainable(board: Board) -> None:
    """Bring together what differs in a field or in time alone, where the choice is clear."""
    rules = board.rules
    for edges in (_near(board), _far(board)):
        found = weighed(board, edges, "alike", lambda a, b: cost(a, b, fields_apart(a, b, rules)))
        for pair in list(found):
            if pair.is_clear:
                board.take(pair)


def _tolerated(board: Board) -> Iterator[Edge]:
    rules, rights = board.rules, board.rows[RIGHT]
    sorted_rows = _by_amount(board)
    for at in board.open(LEFT):
        row = board.rows[LEFT][at]
        rooted = sorted_rows.get((row.account, rules.root(row.asset)))
        if rooted is None:
            continue
        spread = rules.tolerance(row.asset, row.amount_units)
        spread = max(spread, abs(row.fee_units) if rules.fee_in_amount else 0)
        amounts, positions = rooted
        first = bisect_left(amounts, row.amount_units - spread)
        last = bisect_right(amounts, row.amount_units + spread)
        for to in positions[first:last]:
            other = rights[to]
            if rules.in_window(row.time_ns, other.time_ns) and _is_tolerated(board, row, other):
                yield at, to


def _is_tolerated(board: Board, row: Row, other: Row) -> bool:
    gap = abs(other.amount_units - row.amount_units)
    is_within = gap <= board.rules.tolerance(row.asset, row.amount_units)
    is_net = board.rules.fee_in_amount and gap == abs(row.fee_units) == abs(other.fee_units)
    return (
        (is_within or is_net)
        and (row.kind == "balance") == (other.kind == "balance")
        and board.may_be_one(row, other)
    )


def _by_amount(board: Board) -> dict[object, tuple[list[int], list[int]]]:
    found: defaultdict[object, list[tuple[int, int]]] = defaultdict(list)
    for to in board.open(RIGHT):
        row = board.rows[RIGHT][to]
        found[row.account, board.rules.root(row.asset)].append((row.amount_units, to))
    return {
        name: ([amount for amount, _ in sorted(of)], [to for _, to in sorted(of)])
        for name, of in found.items()
    }


def _near(board: Board) -> Iterator[Edge]:
    """Give rows of nearly one instant that agree in two of account, asset and amount."""
    rules = board.rules
    names: tuple[_Name, ...] = (
        lambda row: (row.account, rules.root(row.asset)),
        lambda row: (row.account, abs(row.amount_units)),
        lambda row: (rules.root(row.asset), abs(row.amount_units)),
    )
    for name in names:
        for edge in _within(board, name, rules.near_ns, rules.near_ns):
            left, right = board.rows[LEFT][edge[0]], board.rows[RIGHT][edge[1]]
            if is_plausible(left, right, rules):
                yield edge


def _far(board: Board) -> Iterator[Edge]:
    """Give rows that agree in all but their time."""

    def name(row: Row) -> object:
        return row.account, row.asset, row.amount_units

    yield from _within(board, name, board.rules.far_ns, board.rules.far_ns)


def _within(board: Board, name: _Name, before_ns: int, after_ns: int) -> Iterator[Edge]:
    theirs = board.rows[RIGHT]
    for lefts, rights in list(board.groups(name)):
        times = [theirs[to].time_ns for to in rights]
        for at in lefts:
            yield from _in_reach(board, at, rights, times, before_ns, after_ns)


def _in_reach(
    board: Board, at: int, rights: Sequence[int], times: Sequence[int], before: int, after: int
) -> Iterator[Edge]:
    row = board.rows[LEFT][at]
    first = bisect_left(times, row.time_ns - before)
    last = bisect_right(times, row.time_ns + after)
    if last - first <= CROWD:
        for to in rights[first:last]:
            if board.may_be_one(row, board.rows[RIGHT][to]):
                yield at, to
