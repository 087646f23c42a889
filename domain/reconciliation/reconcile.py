"""Reconcile two sides: the steps in their order, and what they found as one report.

Keys come before likeness, agreement before difference; every row ends in a match, a suggestion or a
break. The answer hangs on the rows and the rules alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from domain.reconciliation.board import LEFT, RIGHT, Board, Pair
from domain.reconciliation.budget import Accepted, budget_findings
from domain.reconciliation.causes import CLEARS_BY_ITSELF
from domain.reconciliation.exact import Residue, take_exact
from domain.reconciliation.fields import Compared, compare
from domain.reconciliation.keyed import pair_differing, pair_identical, pair_instants
from domain.reconciliation.nearby import pair_explainable, pair_nearest, pair_sums
from domain.reconciliation.rules import Rules
from domain.reconciliation.singles import (
    break_cancelled,
    break_reverted,
    break_singles,
    break_transfers,
    hold_shared,
)
from domain.reconciliation.types import Break, Finding, Match, Report, Row, make_break

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


def reconcile_residue(residue: Residue, rules: Rules = DEFAULT) -> Report:
    """Reconcile what the exact step left over; its own matches are not in the report."""
    rest, broken = hold_shared(residue, rules)
    board = Board(rest, rules)
    pair_identical(board)
    broken += break_reverted(board)
    broken += break_cancelled(board)
    pair_instants(board)
    pair_differing(board)
    pair_nearest(board)
    broken += break_transfers(board)
    pair_sums(board)
    pair_explainable(board)
    compared = [(pair, _compared(board, pair)) for pair in board.pairs]
    matches = [_match(board, pair, one) for pair, one in compared if not one.findings]
    for pair, one in compared:
        broken += _breaks(board, pair, one.findings)
    broken += break_singles(board)
    broken += _overruns(board, compared)
    return _report(matches, broken)


def _compared(board: Board, pair: Pair) -> Compared:
    left = summed([board.rows[LEFT][at] for at in pair.lefts])
    right = summed([board.rows[RIGHT][to] for to in pair.rights])
    if pair.rule.endswith("sum"):
        blank = {"order": "", "status": "", "block": "", "price": None, "ref": ""}
        left = msgspec.structs.replace(left, **blank, time_ns=right.time_ns, kind="")
        right = msgspec.structs.replace(right, **blank, kind="")
    return compare(left, right, board.rules)


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


def _match(board: Board, pair: Pair, compared: Compared) -> Match:
    return Match(
        tuple(board.rows[LEFT][at].id for at in pair.lefts),
        tuple(board.rows[RIGHT][to].id for to in pair.rights),
        pair.rule,
        compared.differences,
        pair.runner_up,
        pair.margin,
        "matched" if pair.is_clear else "suggested",
    )


def _breaks(board: Board, pair: Pair, findings: Iterable[Finding]) -> Iterator[Break]:
    lefts = [board.rows[LEFT][at] for at in pair.lefts]
    rights = [board.rows[RIGHT][to] for to in pair.rights]
    for found in findings:
        clears = found.cause in CLEARS_BY_ITSELF
        expires_ns = lefts[0].time_ns + board.rules.window_after_ns if clears else 0
        yield make_break(found, lefts, rights, expires_ns)


def _overruns(board: Board, compared: Sequence[tuple[Pair, Compared]]) -> Iterator[Break]:
    accepted: list[Accepted] = [
        (
            difference,
            [board.rows[LEFT][at] for at in pair.lefts],
            [board.rows[RIGHT][to] for to in pair.rights],
        )
        for pair, one in compared
        for difference in one.differences
    ]
    for found, lefts, rights in budget_findings(accepted, board.rules):
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
