"""The warehouse's half of reconciling, run here: the dbt models of the exact step on DuckDB.

The models are the files dbt runs (`dbt/models/intermediate/reconciliation`); a command that takes
seconds cannot wait for dbt to start, so their Jinja is filled in here with the few words they use.
What they mean is in the models; what is done with the residue is in `domain/reconciliation`.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours; values of files are never)

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import duckdb
from jinja2 import Environment, StrictUndefined

_DBT = Path(__file__).resolve().parents[1] / "dbt"
_MODELS = _DBT / "models" / "intermediate" / "reconciliation"
_MACRO = "fingerprint"
LEFT, RIGHT = "reconciliation_left", "reconciliation_right"
REPEATED = "int_reconciliation__rows_repeated"
PAIRED = "int_reconciliation__rows_paired"
OPEN = "int_reconciliation__rows_open"
WITNESSES = {side: f"int_reconciliation__witnesses_{side}" for side in ("left", "right")}
_KINDS = {REPEATED: "table", PAIRED: "view", OPEN: "table"}


def rendered(model: str, variables: Mapping[str, object], target: str = "duckdb") -> str:
    """Fill a model in as dbt would, with tables named as the models are."""
    text = _macro() + (_MODELS / f"{model}.sql").read_text()
    template = Environment(undefined=StrictUndefined, autoescape=False).from_string(text)  # noqa: S701 (SQL, not HTML)
    return template.render(
        config=lambda **_: "",
        source=lambda _, table: table,
        ref=lambda name: name,
        var=lambda name, default=None: variables.get(name, default),
        target=SimpleNamespace(type=target),
    )


def fingerprint(columns: list[str], target: str = "duckdb") -> str:
    """Give the expression of a row's fingerprint, for whoever lays the sides down."""
    text = _macro() + "{{ fingerprint(columns) }}"
    template = Environment(undefined=StrictUndefined, autoescape=False).from_string(text)  # noqa: S701 (SQL, not HTML)
    return template.render(columns=columns, target=SimpleNamespace(type=target)).strip()


@cache
def _macro() -> str:
    return (_DBT / "macros" / f"{_MACRO}.sql").read_text()


def run_models(database: duckdb.DuckDBPyConnection, variables: Mapping[str, object]) -> None:
    """Build the models over two sides laid down as `LEFT` and `RIGHT`."""
    for model, kind in _KINDS.items():
        database.execute(f"create or replace {kind} {model} as {rendered(model, variables)}")


def witnesses(
    database: duckdb.DuckDBPyConnection, side: str, columns: str
) -> list[tuple[object, ...]]:
    """Read a side's witnesses; they are asked for once, so nothing is kept."""
    bare = f"select 1 from {OPEN} where {side}_id is not null and {side}_ref = '' limit 1"
    variables = {"some_have_no_ref": bool(database.execute(bare).fetchall())}
    model = rendered(WITNESSES[side], variables)
    return database.execute(f"select {columns} from ({model})").fetchall()
