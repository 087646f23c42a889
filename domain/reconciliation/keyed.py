"""Rows that share a key and were not settled by it at once: copies, parts, and fields that differ.

Within one key identical rows go first, then sums, then the cheapest pairing of what is alike. A
row over that repeats a settled one stays open, to be told as a duplicate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from domain.reconciliation.board import LEFT, RIGHT, Board, Pair
from domain.reconciliation.fields import COSTS
from domain.reconciliation.rules import Rules
from domain.reconciliation.sums import split_rows
from domain.reconciliation.types import Row, content
from domain.reconciliation.weighing import between, cost, fields_apart, weighed

Group = tuple[list[int], list[int]]


def pair_identical(board: Board) -> None:
    """Settle rows of one ref, then of one id, that say the same; so many as both sides have."""
    for rule in ("ref", "id"):
        if rule == "id" and not board.ids_are_keys:
            continue
        for mine, theirs in list(board.groups(lambda row, rule=rule: getattr(row, rule))):
            _pair_copies(board, mine, theirs, rule)


def _pair_copies(board: Board, mine: Sequence[int], theirs: Sequence[int], rule: str) -> None:
    waiting: defaultdict[object, list[int]] = defaultdict(list)
    for to in theirs:
        waiting[content(board.rows[RIGHT][to])].append(to)
    for at in mine:
        row = board.rows[LEFT][at]
        same = [
            to
            for to in waiting.get(content(row), ())
            if rule != "order" or _is_one_order(row, board.rows[RIGHT][to])
        ]
        if same:
            to = _best(board, row, same)
            waiting[content(row)].remove(to)
            board.take(Pair((at,), (to,), rule))


def _best(board: Board, row: Row, same: Sequence[int]) -> int:
    """Choose among identical rows: the one of this id, then the nearest in time."""
    rows = board.rows[RIGHT]
    return min(same, key=lambda to: (rows[to].id != row.id, abs(rows[to].time_ns - row.time_ns)))


def pair_instants(board: Board) -> None:
    """Settle rows without a common key that say the same of the same nanosecond."""
    groups = board.groups(lambda row: (*content(row), row.time_ns))
    for mine, theirs in list(groups):
        for at in mine:
            row = board.rows[LEFT][at]
            same = [
                to
                for to in theirs
                if board.is_open[RIGHT][to] and board.may_be_one(row, board.rows[RIGHT][to])
            ]
            if same:
                board.take(Pair((at,), (same[0],), "content and time"))


def pair_differing(board: Board) -> None:
    """Bring rows of one key together though they differ: by ref, by id, by order."""
    _by_key(board, "ref")
    if board.ids_are_keys:
        _by_key(board, "id")
    _by_key(board, "order")


def _by_key(board: Board, rule: str) -> None:
    for mine, theirs in list(board.groups(lambda row: getattr(row, rule))):
        if rule == "order":  # its rows may have been mined under another hash, each of them
            _pair_copies(board, mine, theirs, rule)
            mine, theirs = _still(board, mine, theirs)  # noqa: PLW2901 (what the copies left)
        if len(mine) != len(theirs) or rule == "order":
            list(split_rows(board, mine, theirs, f"{rule} sum", is_keyed=True))
        if len(mine) > 1 or len(theirs) > 1:
            _pair_totals(board, *_still(board, mine, theirs), rule)
        mine, theirs = _still(board, mine, theirs)  # noqa: PLW2901 (what the sums left)
        if mine and theirs:
            _pair_alike(board, _less_copies(board, mine, theirs), rule)


def _still(board: Board, mine: Sequence[int], theirs: Sequence[int]) -> Group:
    return (
        [at for at in mine if board.is_open[LEFT][at]],
        [to for to in theirs if board.is_open[RIGHT][to]],
    )


def _pair_totals(board: Board, mine: Sequence[int], theirs: Sequence[int], rule: str) -> None:
    """Match several with several where their totals of one account and asset are equal."""
    totals: defaultdict[tuple[str, str], Group] = defaultdict(lambda: ([], []))
    for side, positions in ((LEFT, mine), (RIGHT, theirs)):
        for at in positions:
            row = board.rows[side][at]
            totals[row.account, row.asset][side].append(at)
    for lefts, rights in totals.values():
        if len(lefts) > 1 and len(rights) > 1 and len({*_sums(board, lefts, rights)}) == 1:
            board.take(Pair(tuple(lefts), tuple(rights), f"{rule} sum"))


def _sums(board: Board, lefts: Sequence[int], rights: Sequence[int]) -> tuple[int, int]:
    mine, theirs = board.rows
    return (
        sum(mine[at].amount_units for at in lefts),
        sum(theirs[to].amount_units for to in rights),
    )


def _less_copies(board: Board, mine: list[int], theirs: list[int]) -> Group:
    """Set aside as many repetitions of settled rows as one side has rows over."""
    over = len(mine) - len(theirs)
    if over > 0:
        return _without_copies(board, LEFT, mine, over), theirs
    return mine, _without_copies(board, RIGHT, theirs, -over) if over else theirs


def _without_copies(board: Board, side: int, positions: Sequence[int], over: int) -> list[int]:
    seen: set[object] = set()
    copies: list[int] = []
    for at in positions:
        row = board.rows[side][at]
        if content(row) in seen or board.repeated(side, row):
            copies.append(at)
        seen.add(content(row))
    aside = set(copies[len(copies) - over :] if over < len(copies) else copies)
    return [at for at in positions if at not in aside]


def _pair_alike(board: Board, group: Group, rule: str) -> None:
    mine, theirs = group
    if len(mine) == len(theirs) == 1 and _is_whole_key(board, mine[0], theirs[0], rule):
        board.take(Pair((mine[0],), (theirs[0],), rule))
        return
    rules = board.rules
    edges = (edge for edge in between(board, mine, theirs) if _may_share(board, *edge, rule))
    for pair in list(
        weighed(board, edges, rule, lambda a, b: cost(a, b, fields_apart(a, b, rules)))
    ):
        board.take(pair)


def _is_whole_key(board: Board, at: int, to: int, rule: str) -> bool:
    """Ask whether a key names one event on each side, so that nothing else can be meant."""
    left, right = board.rows[LEFT][at], board.rows[RIGHT][to]
    booked = board.rules.converted(left.amount_units, left.asset, right.asset)
    if rule == "ref" and left.kind == right.kind != "":
        is_told_alike = booked == right.amount_units and left.order == right.order
        if is_told_alike or _is_one_asset(left, right, board.rules):
            return True
    same = (left.account == right.account, left.asset == right.asset)
    if not any(same) and booked != right.amount_units:
        return False
    is_cost = {left.kind, right.kind} & COSTS.keys()
    if rule == "id":
        return not is_cost and (not left.ref or not right.ref or left.ref == right.ref)
    is_alone = rule == "ref" and not board.settled(LEFT, left.ref)
    native = {left.asset, right.asset} & board.rules.native_assets
    return is_alone and (left.asset == right.asset or not (is_cost or native))


def _is_one_asset(left: Row, right: Row, rules: Rules) -> bool:
    return left.asset == right.asset or rules.is_migrated(left.asset, right.asset)


def _is_one_order(left: Row, right: Row) -> bool:
    """Ask whether one order may be one event: a nonce is mined once, an order fills many times."""
    sender, _, nonce = left.order.rpartition(":")
    return not (left.ref and right.ref) or left.ref == right.ref or bool(sender and nonce.isdigit())


def _may_share(board: Board, at: int, to: int, rule: str) -> bool:
    """Ask whether a pair of one order id but two refs is one event: replaced, or cancelled."""
    left, right = board.rows[LEFT][at], board.rows[RIGHT][to]
    if rule != "order" or not left.ref or not right.ref or left.ref == right.ref:
        return True
    if not _is_one_order(left, right):
        return False
    return left.amount_units == right.amount_units or not right.amount_units
