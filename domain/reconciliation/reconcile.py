"""Reconcile two sides: the steps in their order, and what they found as one report.

Keys come before likeness, agreement before difference; every row ends in a match, a suggestion or a
break. The answer hangs on the rows and the rules alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from domain.reconciliation.board import LEFT, RIGHT, Board, Pair
from domain.reconciliation.budget import Accepted, budget_findings
from domain.reconciliation.bulk import take_bulk
from domain.reconciliation.causes import CLEARS_BY_ITSELF
from domain.reconciliation.exact import KeyKinds, Residue, key_kinds, take_exact
from domain.reconciliation.fields import Compared, compare
from domain.reconciliation.keyed import pair_differing, pair_identical, pair_instants
from domain.reconciliation.nearby import pair_explainable, pair_nearest, pair_sums
from domain.reconciliation.rules import Rules
from domain.reconciliation.singles import (
    break_cancelled,
    break_lone,
    break_reverted,
    break_singles,
    break_transfers,
    hold_shared,
)
from domain.reconciliation.types import Break, Match, Report, Row, make_break, sort_key

DEFAULT = Rules()


def reconcile(left: Sequence[Row], right: Sequence[Row], rules: Rules = DEFAULT) -> Report:
    """Reconcile internal rows with external ones.

    Args:
        left: Internal rows, in any order; amounts at one scale with external's.
        right: External rows, in any order.
        rules: What is tolerated and what is known; by default nothing.

    Returns:
        Matches, suggestions and breaks, each ordered by what they are about.
    """
    matched, residue = take_exact(left, right, rules)
    rest = reconcile_residue(residue, rules)
    everything = sorted((*matched, *rest.matched), key=_match_key)
    sizes = {"left_rows": len(left), "right_rows": len(right)}
    return msgspec.structs.replace(
        rest,
        matched=everything,
        summary={**sizes, **rest.summary, "matched": len(everything)},
    )


class _Joined(NamedTuple):
    """Rows brought together as one event, and how they compare."""

    lefts: Sequence[Row]
    rights: Sequence[Row]
    pair: Pair
    compared: Compared


def reconcile_residue(residue: Residue, rules: Rules = DEFAULT) -> Report:
    """Reconcile what the exact step left over; its own matches are not in the report."""
    rest, broken = hold_shared(residue, rules)
    kinds = KeyKinds(refs=True, ids=True) if rules.keys_agree else key_kinds(rest)
    bulk, rest = take_bulk(rest, kinds, rules)
    pair = Pair((), (), bulk.rule)
    joined = [
        _Joined((row,), (other,), pair, compare(row, other, rules)) for row, other in bulk.pairs
    ]
    broken += break_lone(bulk.left, LEFT, rules)
    broken += break_lone(bulk.right, RIGHT, rules)
    board = Board(rest, rules, kinds)
    broken += _take_steps(board)
    joined += (_joined(board, pair) for pair in board.pairs)
    matches = [_match(one) for one in joined if not one.compared.findings]
    for one in joined:
        broken += _breaks(one, rules)
    broken += break_singles(board)
    broken += _overruns(joined, rules)
    return _report(matches, broken)


def _take_steps(board: Board) -> list[Break]:
    """Bring rows together step by step; what is told on the way is not a pair."""
    may_guess = not board.rules.keys_only
    pair_identical(board)
    broken = [*break_reverted(board), *break_cancelled(board)]
    if may_guess:
        pair_instants(board)
    pair_differing(board)
    if may_guess:
        pair_nearest(board)
    broken += break_transfers(board)
    if may_guess:
        pair_sums(board)
        pair_explainable(board)
    return broken


def _joined(board: Board, pair: Pair) -> _Joined:
    lefts = [board.rows[LEFT][at] for at in pair.lefts]
    rights = [board.rows[RIGHT][to] for to in pair.rights]
    left, right = summed(lefts), summed(rights)
    if pair.rule.endswith("sum"):
        blank = {"order": "", "status": "", "block": "", "price": None, "ref": ""}
        left = msgspec.structs.replace(left, **blank, time_ns=right.time_ns, kind="")
        right = msgspec.structs.replace(right, **blank, kind="")
    return _Joined(lefts, rights, pair, compare(left, right, board.rules))


def summed(rows: Sequence[Row]) -> Row:
    """Give several rows as one: amounts add up, and so do fees of one asset."""
    first = rows[0]
    if len(rows) == 1:
        return first
    charged = [row for row in rows if row.fee_units]
    fee_asset = ",".join(sorted({row.fee_asset for row in charged}))
    return msgspec.structs.replace(
        first,
        amount_units=sum(row.amount_units for row in rows),
        fee_asset=fee_asset,
        fee_units=sum(row.fee_units for row in charged),
    )


def _match(one: _Joined) -> Match:
    return Match(
        tuple(row.id for row in one.lefts),
        tuple(row.id for row in one.rights),
        one.pair.rule,
        one.compared.differences,
        one.pair.runner_up,
        one.pair.margin,
        "matched" if one.pair.is_clear else "suggested",
    )


def _breaks(one: _Joined, rules: Rules) -> Iterator[Break]:
    for found in one.compared.findings:
        clears = found.cause in CLEARS_BY_ITSELF
        expires_ns = one.lefts[0].time_ns + rules.window_after_ns if clears else 0
        yield make_break(found, one.lefts, one.rights, expires_ns)


def _overruns(joined: Iterable[_Joined], rules: Rules) -> Iterator[Break]:
    tolerated = sorted(
        (one for one in joined if one.compared.differences),
        key=lambda one: (*map(sort_key, one.lefts), *map(sort_key, one.rights)),
    )
    accepted: list[Accepted] = [
        (difference, one.lefts, one.rights)
        for one in tolerated
        for difference in one.compared.differences
    ]
    for found, lefts, rights in budget_findings(accepted, rules):
        yield make_break(found, lefts, rights)


def _report(matches: Sequence[Match], broken: Iterable[Break]) -> Report:
    matched = sorted((one for one in matches if one.state == "matched"), key=_match_key)
    suggested = sorted((one for one in matches if one.state != "matched"), key=_match_key)
    breaks = _told_apart(broken)
    summary = {"matched": len(matched), "suggested": len(suggested), "breaks": len(breaks)}
    for one in breaks:
        summary[one.cause.value] = summary.get(one.cause.value, 0) + 1
    return Report(matched, suggested, breaks, summary)


def _told_apart(broken: Iterable[Break]) -> list[Break]:
    """Order breaks by id; the second copy of one row is a break of its own and has its own id."""
    seen: dict[str, int] = {}
    found: list[Break] = []
    for one in sorted(broken, key=lambda b: (b.id, b.time_ns, b.amount_units, b.explanation)):
        seen[one.id] = seen.get(one.id, 0) + 1
        count = seen[one.id]
        found.append(one if count == 1 else msgspec.structs.replace(one, id=f"{one.id}-{count}"))
    return sorted(found, key=lambda one: one.id)


def _match_key(one: Match) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return one.left_ids, one.right_ids
