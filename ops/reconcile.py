"""Two files reconciled: the exact step in SQL, the residue in exact integers, one object to print.

Amounts of the residue become integers at the scale their longest decimal needs, and are written as
decimals again. Which rows match and why others do not is decided in `domain/reconciliation`.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours; values of files are never)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from domain.errors import InputRefused
from domain.reconciliation.exact import Residue
from domain.reconciliation.reconcile import reconcile_residue
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Break, Match, Report, Row
from ops import reconcile_sql as sql
from ops.lot_report import plain
from ops.lot_row import Number, read_number
from ops.reconcile_rules import StatedRules
from ops.reconcile_sides import COLUMNS, Side

LISTED = 100_000
"""Exact matches that are listed; more are counted, for nobody reads a million lines."""
_Cells = tuple[Any, ...]


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
            side.lay(with_price=with_price, is_plain=stated.is_plain())
        window = stated.rules_at(0)
        limits = {
            "window_before_ns": window.window_before_ns,
            "window_after_ns": window.window_after_ns,
        }
        database.execute("set preserve_insertion_order = false")  # rows are numbered no more
        sql.run_models(database, limits)
        return _answer(database, stated, listed)


def _answer(database: duckdb.DuckDBPyConnection, stated: StatedRules, listed: int) -> Answer:
    cells = _open(database, "left"), _open(database, "right")
    columns = ", ".join(COLUMNS)
    seen = sql.witnesses(database, "left", columns), sql.witnesses(database, "right", columns)
    decimals = max(stated.decimals, *map(_places, (*cells, *seen)))
    rules = stated.rules_at(decimals)
    left, right = ([_row(one, decimals) for one in of_side] for of_side in cells)
    left_seen = _settled((_row(one, decimals) for one in seen[0]), left)
    right_seen = _settled((_row(one, decimals) for one in seen[1]), right)
    sizes = {
        name: _counted(database, f"select count(*) from {name}") for name in (sql.LEFT, sql.RIGHT)
    }
    by_ref, exact = _exact_counts(database, sizes[sql.LEFT], left)
    residue = Residue(left, right, left_seen, right_seen, by_ref, exact - by_ref)
    report = reconcile_residue(residue, rules)
    summary = {
        "left_rows": sizes[sql.LEFT],
        "right_rows": sizes[sql.RIGHT],
        **report.summary,
        "matched": exact + len(report.matched),
    }
    pairs = _exact_pairs(database) if exact <= listed else []
    return Answer(report, pairs, summary, decimals)


def _open(database: duckdb.DuckDBPyConnection, side: str) -> list[_Cells]:
    columns = ", ".join(f"{side}_{column}" for column in COLUMNS)
    read = f"select {columns} from {sql.OPEN} where {side}_id is not null"
    return database.execute(read).fetchall()


def _settled(rows: Iterable[Row], still_open: Sequence[Row]) -> list[Row]:
    """Give the witnesses alone: a settled row equals no open one, for it is there once."""
    unsettled = set(still_open)
    return [row for row in rows if row not in unsettled]


def _exact_counts(
    database: duckdb.DuckDBPyConnection, size: int, still_open: Sequence[Row]
) -> tuple[int, int]:
    """Count exact matches by ref, and all of them, from what is not open."""
    referred = _counted(database, f"select count(*) from {sql.LEFT} where ref <> ''")
    return referred - sum(bool(row.ref) for row in still_open), size - len(still_open)


def _counted(database: duckdb.DuckDBPyConnection, query: str) -> int:
    found = database.execute(query).fetchone()
    return int(found[0]) if found else 0


def _exact_pairs(database: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    read = (
        "select left_id, right_id, case when left_ref <> '' then 'ref' else 'id' end "
        f"from {sql.PAIRED} where is_exact order by 1, 2"
    )
    return [
        (str(one), str(other), str(rule)) for one, other, rule in database.execute(read).fetchall()
    ]


def _places(rows: Iterable[_Cells]) -> int:
    """Give the most places after the point that an amount or a fee has."""
    return max((max(_after(row[4], "amount"), _after(row[6], "fee")) for row in rows), default=0)


def _after(text: str, column: str) -> int:
    if "." not in text and "e" not in text and "E" not in text:
        return 0
    return read_number(text, column).decimals


def _row(cells: _Cells, decimals: int) -> Row:
    id_, time_ns, account, asset, amount, fee_asset, fee, ref, order, kind, status, block, price = (
        cells
    )
    return Row(
        id_,
        time_ns,
        account,
        asset,
        _units(amount, decimals),
        fee_asset,
        _units(fee, decimals),
        ref,
        order,
        kind,
        status,
        block,
        _price(price),
    )


def _units(text: str, decimals: int) -> int:
    if text.isdigit():
        return int(text) * 10**decimals
    return read_number(text, "amount").at(decimals)


def _price(text: str) -> Fraction | None:
    if not text:
        return None
    over, _, under = text.partition("/")
    number, divisor = read_number(over.strip(), "price"), read_number(under.strip() or "1", "price")
    if not divisor.digits:
        raise InputRefused("write a price that is not divided by 0", got=text)
    return _ratio(number) / _ratio(divisor)


def _ratio(number: Number) -> Fraction:
    return Fraction(number.digits, 10**number.decimals)


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
