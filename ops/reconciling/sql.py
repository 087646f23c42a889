"""The warehouse's half of reconciling, run here: the dbt models of the exact step on DuckDB.

The models are the files dbt runs (`dbt/models/intermediate/reconciliation`); a command that takes
seconds cannot wait for dbt to start, so their Jinja is filled in here with the few words they use.
What they mean is in the models; what is done with the residue is in `domain/reconciliation`.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours; values of files are never)

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_DBT = Path(__file__).resolve().parents[2] / "dbt"
_MODELS = "models/intermediate/reconciliation"
_MACROS = ("macros/fingerprint.sql", "macros/reconciliation.sql")
LEFT, RIGHT = "reconciliation_left", "reconciliation_right"
REPEATED = "int_reconciliation__rows_repeated"
PAIRED = "int_reconciliation__rows_paired"
OPEN = {LEFT: "int_reconciliation__open_left", RIGHT: "int_reconciliation__open_right"}
ALIKE = {LEFT: "int_reconciliation__alike_left", RIGHT: "int_reconciliation__alike_right"}
RESIDUE = {LEFT: "int_reconciliation__residue_left", RIGHT: "int_reconciliation__residue_right"}


def rendered(
    model: str,
    variables: Mapping[str, object],
    target: str = "duckdb",
    sources: Mapping[str, str] | None = None,
) -> str:
    """Fill a model in as dbt would.

    Args:
        model: Its name, which is its table's.
        variables: What dbt calls vars.
        target: The engine's type.
        sources: What a side is called where not as it is.
    """
    words = _words(target, variables, sources or {})
    return _environment().get_template(f"{_MODELS}/{model}.sql").render(words)


def fingerprint(columns: list[str], target: str = "duckdb") -> str:
    """Give the expression of a row's fingerprint, for whoever lays the sides down."""
    return str(_words(target, {}, {})["fingerprint"](columns)).strip()


@cache
def _environment() -> Environment:
    return Environment(undefined=StrictUndefined, loader=FileSystemLoader(_DBT))  # noqa: S701 (SQL, not HTML)


def _words(
    target: str, variables: Mapping[str, object], sources: Mapping[str, str]
) -> dict[str, Any]:
    """Give the words of dbt that models use, the project's own macros among them."""
    words: dict[str, Any] = {
        "config": lambda **_: "",
        "source": lambda _, table: sources.get(table, table),
        "ref": lambda name: name,
        "var": variables.get,
        "target": SimpleNamespace(type=target),
    }
    for macros in _MACROS:
        module = _environment().get_template(macros).make_module(words)
        words |= {name: one for name, one in vars(module).items() if not name.startswith("_")}
    return words


class Paired(NamedTuple):
    """What the exact step settled.

    Args:
        by_ref: Pairs whose key is a ref.
        by_id: Pairs whose key is an id.
    """

    by_ref: int
    by_id: int


def pair(
    database: duckdb.DuckDBPyConnection, variables: Mapping[str, object], left: int, right: int
) -> Paired:
    """Pair two sides laid down as `LEFT` and `RIGHT`, which have so many rows.

    Copies are looked for only where some are: rows joined without regard to them come out once
    each exactly if none on one side has an equal on the other. Copies of many by many would be far
    too many pairs, so no more than two sides without them can have are made to find that out.
    """
    known = {**variables, "some_repeat": False}
    most = left + right + 1
    told = _paired(database, f"{rendered(PAIRED, known)} limit {most}")
    if told[:2] != (left, right):
        repeated = rendered(REPEATED, variables)
        database.execute(f"create or replace table {REPEATED} as {repeated}")
        told = _paired(database, rendered(PAIRED, {**variables, "some_repeat": True}))
    return Paired(*told[2:])


def _paired(database: duckdb.DuckDBPyConnection, model: str) -> tuple[int, ...]:
    database.execute(f"create or replace table {PAIRED} as {model}")
    found = database.execute(
        "select count(left_line), count(right_line), count(*) filter (is_exact and is_by_ref), "
        f"count(*) filter (is_exact and not is_by_ref) from {PAIRED}"
    ).fetchall()
    return tuple(found[0])


def residue(
    database: duckdb.DuckDBPyConnection, side: str, columns: str, read_laid: Callable[[str], str]
) -> list[tuple[object, ...]]:
    """Read a side's open rows and what is like them.

    Args:
        database: Where the open rows of both sides are tables.
        side: Which.
        columns: What is wanted of each; `is_open` comes after them.
        read_laid: Gives SQL for the rows of the side whose numbers a table has.
    """
    bare = database.execute(f"select 1 from {OPEN[side]} where ref = '' limit 1").fetchall()
    model = rendered(ALIKE[side], {"some_have_no_ref": bool(bare)})
    found = database.execute(f"select {columns}, true from {OPEN[side]}").fetchall()
    settled = f"select line from ({model}) anti join {OPEN[side]} using (line)"
    database.execute(f"create or replace table {ALIKE[side]} as {settled}")
    if database.execute(f"select 1 from {ALIKE[side]} limit 1").fetchall():
        laid = read_laid(ALIKE[side])
        found += database.execute(f"select {columns}, false from ({laid})").fetchall()
    return found
