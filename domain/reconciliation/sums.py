"""One row that is several on the other side: subsets that sum to it exactly, if there is one.

Amounts are of one account and asset; mixed currencies never match by sum. Two subsets are no
answer. Without a key in common a sum could be chance, so the sums tried must be few beside the
number of values the amount could have had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb, gcd

from domain.reconciliation.board import LEFT, RIGHT, Board, Pair
from domain.reconciliation.types import Row

POOL = 16
"""Rows searched for a sum: 16 have 14,876 subsets of two to six."""
_SEARCHED = range(2, POOL + 1)
CHANCE = 1_000
"""Odds against a sum by chance that a match without a key needs."""


def subset(target: int, amounts: Sequence[int], most: int) -> tuple[int, ...]:
    """Give the positions of the only subset of two or more that sums to the target.

    Returns:
        Positions in order; empty when there is none, or more than one.
    """
    found: tuple[int, ...] = ()
    for size in range(2, min(most, len(amounts)) + 1):
        for chosen in combinations(range(len(amounts)), size):
            if sum(amounts[at] for at in chosen) == target:
                if found:
                    return ()
                found = chosen
    return found


def is_beyond_chance(target: int, amounts: Sequence[int], most: int) -> bool:
    """Ask whether hitting the target by accident is unlikely enough."""
    tried = sum(comb(len(amounts), size) for size in range(2, most + 1))
    step = gcd(target, *amounts)
    return tried * CHANCE <= abs(target) // step


def split_rows(
    board: Board, mine: Sequence[int], theirs: Sequence[int], rule: str, *, is_keyed: bool
) -> Iterator[Pair]:
    """Find rows of either side that are several of the other; a row is used once."""
    for side in (LEFT, RIGHT):
        ones, others = (mine, theirs) if side == LEFT else (theirs, mine)
        pools = _pools(board, 1 - side, others)
        for at in ones:
            row = board.rows[side][at]
            pool = _parts(board, side, at, pools.get((row.account, row.asset), ()))
            if not board.is_open[side][at] or len(pool) not in _SEARCHED:
                continue
            amounts = [board.rows[1 - side][one].amount_units for one in pool]
            chosen = subset(row.amount_units, amounts, board.rules.max_parts)
            if chosen:
                clear = is_keyed or is_beyond_chance(
                    row.amount_units, amounts, board.rules.max_parts
                )
                parts = tuple(pool[one] for one in chosen)
                lefts, rights = ((at,), parts) if side == LEFT else (parts, (at,))
                pair = Pair(lefts, rights, rule, is_clear=clear)
                board.take(pair)
                yield pair


def _pools(
    board: Board, side: int, positions: Sequence[int]
) -> Mapping[tuple[str, str], list[int]]:
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at in positions:
        row = board.rows[side][at]
        found[row.account, row.asset].append(at)
    return found


def _parts(board: Board, side: int, at: int, pool: Sequence[int]) -> list[int]:
    """Give the open rows that may be parts of one: of its sign, smaller, in its window."""
    whole = board.rows[side][at]
    if len(pool) > POOL * POOL:
        return []
    return [
        one
        for one in pool
        if board.is_open[1 - side][one] and _is_part(board, side, whole, board.rows[1 - side][one])
    ]


def _is_part(board: Board, side: int, whole: Row, part: Row) -> bool:
    left, right = (whole, part) if side == LEFT else (part, whole)
    is_less = 0 < abs(part.amount_units) < abs(whole.amount_units)
    same_sign = (part.amount_units < 0) == (whole.amount_units < 0)
    may = board.may_be_one(left, right) or (left.order != "" and left.order == right.order)
    return is_less and same_sign and may and board.rules.in_window(left.time_ns, right.time_ns)
