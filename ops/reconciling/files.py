"""Two files reconciled: the exact step in SQL, the residue in exact integers, one object to print.

Amounts of the residue become integers at the scale their longest decimal needs, and are written as
decimals again. Which rows match and why others do not is decided in `domain/reconciliation`.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours; values of files are never)

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from domain.reconciliation.exact import Residue
from domain.reconciliation.reconcile import reconcile_residue
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Break, Match, Report, Row
from ops.lots.report import plain
from ops.lots.row import read_number
from ops.reconciling import sql
from ops.reconciling.cells import read_price, without_zeros
from ops.reconciling.rules import StatedRules
from ops.reconciling.sides import COLUMNS, Side, comparable
from orchestration.uncollected import uncollected

LISTED = 100_000
"""Exact matches that are listed; more are counted, for nobody reads a million lines."""
_Cells = tuple[Any, ...]
_COLUMNS = ", ".join(
    f"{without_zeros(f'{name}::varchar')}" if name in {"amount", "fee"} else name
    for name in COLUMNS
)
"""As they are read back: numbers as the text of a decimal."""
_AMOUNT, _FEE = COLUMNS.index("amount"), COLUMNS.index("fee")


class Answer(NamedTuple):
    """What reconciling two files found.

    Args:
        report: Of the residue; `matched` holds what keys alone did not settle.
        exact: Matches of the exact step, as many as are listed.
        summary: Counts of everything.
        decimals: Places of one unit in the report.
    """

    report: Report
    exact: list[tuple[str, str, str]]
    summary: dict[str, int]
    decimals: int


def reconcile_files(
    left: Path, right: Path, stated: StatedRules | None = None, *, listed: int = LISTED
) -> Answer:
    """Reconcile an internal file with an external one.

    Args:
        left: Internal.
        right: External.
        stated: Tolerances and what is known; by default nothing.
        listed: How many exact matches to list; beyond that none is.

    Raises:
        InputRefused: A file is absent, lacks a column, or has a row nobody can read.
    """
    stated = stated or StatedRules({})
    with duckdb.connect() as database:
        sides = Side(database, sql.LEFT, left), Side(database, sql.RIGHT, right)
        with_price = all(side.has("price") for side in sides)
        for side in sides:
            side.lay(with_price=with_price, is_plain=stated.is_plain(), numbers=comparable(*sides))
        window = stated.rules_at(0)
        limits: dict[str, object] = {
            "window_before_ns": window.window_before_ns,
            "window_after_ns": window.window_after_ns,
        }
        database.execute("set preserve_insertion_order = false")  # rows are numbered no more
        sizes = sides[0].rows(), sides[1].rows()
        paired = sql.pair(database, limits, *sizes)
        for side in sides:
            side.take_open()
        with uncollected():
            return _answer(database, sides, stated, _Settled(sizes, paired, listed))


class _Settled(NamedTuple):
    sizes: tuple[int, int]
    paired: sql.Paired
    listed: int


def _answer(
    database: duckdb.DuckDBPyConnection,
    sides: tuple[Side, Side],
    stated: StatedRules,
    settled: _Settled,
) -> Answer:
    cells = [sql.residue(database, side.table, _COLUMNS, side.read_laid) for side in sides]
    decimals = max(stated.decimals, *map(_places, cells))
    rules = stated.rules_at(decimals)
    (left, left_seen), (right, right_seen) = (_rows(of_side, decimals) for of_side in cells)
    report = reconcile_residue(Residue(left, right, left_seen, right_seen, *settled.paired), rules)
    exact = sum(settled.paired)
    summary = {
        "left_rows": settled.sizes[0],
        "right_rows": settled.sizes[1],
        **report.summary,
        "matched": exact + len(report.matched),
    }
    pairs = _exact_pairs(database) if exact <= settled.listed else []
    return Answer(report, pairs, summary, decimals)


def _exact_pairs(database: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    read = (
        "select lefts.id, rights.id, case when p.is_by_ref then 'ref' else 'id' end "
        f"from {sql.PAIRED} p join {sql.LEFT} lefts on lefts.line = p.left_line "
        f"join {sql.RIGHT} rights on rights.line = p.right_line where p.is_exact order by 1, 2"
    )
    return [
        (str(one), str(other), str(rule)) for one, other, rule in database.execute(read).fetchall()
    ]


def _places(rows: Sequence[_Cells]) -> int:
    """Give the most places after the point that an amount or a fee has."""
    texts = {row[at] for row in rows for at in (_AMOUNT, _FEE)}
    return max((read_number(text, "amount").decimals for text in texts if not text.isdigit()),
               default=0)  # fmt: skip


def _rows(cells: Sequence[_Cells], decimals: int) -> tuple[list[Row], list[Row]]:
    """Give a side's open rows, and its settled ones that are like them."""
    still_open: list[Row] = []
    settled: list[Row] = []
    for one in cells:
        (still_open if one[-1] else settled).append(_row(one, decimals))
    return still_open, settled


def _row(cells: _Cells, decimals: int) -> Row:
    (
        id_, time_ns, account, asset, amount, fee_asset, fee, ref, order, kind, status, block,
        price, _,
    ) = cells  # fmt: skip
    units, fee_units = _units(amount, decimals), _units(fee, decimals)
    return Row(
        id_, time_ns, account, asset, units, fee_asset, fee_units, ref, order, kind, status, block,
        read_price(price),
    )  # fmt: skip


def _units(text: str, decimals: int) -> int:
    if text.isdigit():
        return int(text) * 10**decimals
    return read_number(text, "amount").at(decimals)


def as_object(answer: Answer) -> dict[str, Any]:
    """Give an answer as `alphapulse reconcile --json` prints it; amounts are decimal text."""
    exact = [
        {"left_ids": [left], "right_ids": [right], "rule": rule, "differences": []}
        for left, right, rule in answer.exact
    ]
    own = [_told_match(one, answer.decimals) for one in answer.report.matched]
    return {
        "matched": exact + own,
        "suggested": [_told_match(one, answer.decimals) for one in answer.report.suggested],
        "breaks": [_told_break(one, answer.decimals) for one in answer.report.breaks],
        "summary": {**answer.summary, "matched_listed": len(exact) + len(own)},
    }


def _told_match(one: Match, decimals: int) -> dict[str, Any]:
    margin = one.margin
    return {
        "left_ids": one.left_ids,
        "right_ids": one.right_ids,
        "rule": one.rule,
        "differences": [
            {
                "cause": gap.cause.value,
                "asset": gap.asset,
                "amount": plain(gap.amount_units, decimals),
            }
            for gap in one.differences
        ],
        "runner_up": one.runner_up,
        "margin": margin
        and {
            "fields": margin.fields,
            "amount": plain(margin.units, decimals),
            "time_ns": margin.ns,
        },
    }


def _told_break(one: Break, decimals: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "cause": one.cause.value,
        "left_ids": one.left_ids,
        "right_ids": one.right_ids,
        "asset": one.asset,
        "amount": plain(one.amount_units, decimals),
        "explanation": one.explanation,
        "account": one.account,
        "severity": one.severity,
        "time_ns": one.time_ns,
        "expires_ns": one.expires_ns,
    }


def is_clean(answer: Answer) -> bool:
    """Ask whether nothing is left for anybody to do."""
    return not answer.report.breaks and not answer.report.suggested


def rules_of(path: Path | None) -> StatedRules:
    """Read the rules file, if there is one."""
    return StatedRules.read(path) if path else StatedRules({})


__all__ = ["LISTED", "Answer", "Rules", "as_object", "is_clean", "reconcile_files", "rules_of"]
