"""The warehouse's half of reconciling, run here: the dbt models of the exact step on DuckDB.

The models are the files dbt runs (`dbt/models/intermediate/reconciliation`); a command that takes
seconds cannot wait for dbt to start, so their Jinja is filled in here with the few words they use.
What they mean is in the models; what is done with the residue is in `domain/reconciliation`.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours; values of files are never)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_DBT = Path(__file__).resolve().parents[1] / "dbt"
_MODELS = "models/intermediate/reconciliation"
_MACROS = ("macros/fingerprint.sql", "macros/reconciliation.sql")
LEFT, RIGHT = "reconciliation_left", "reconciliation_right"
REPEATED = "int_reconciliation__rows_repeated"
PAIRED = "int_reconciliation__rows_paired"
OPEN = "int_reconciliation__rows_open"
RESIDUE = {LEFT: "int_reconciliation__residue_left", RIGHT: "int_reconciliation__residue_right"}


def rendered(model: str, variables: Mapping[str, object], target: str = "duckdb") -> str:
    """Fill a model in as dbt would, with tables named as the models are."""
    return _filled(f"{{% include '{_MODELS}/{model}.sql' %}}", target, variables)


def fingerprint(columns: list[str], target: str = "duckdb") -> str:
    """Give the expression of a row's fingerprint, for whoever lays the sides down."""
    return _filled("{{ fingerprint(columns) }}", target, {}, columns=columns).strip()


def _filled(text: str, target: str, variables: Mapping[str, object], **words: object) -> str:
    environment = Environment(undefined=StrictUndefined, loader=FileSystemLoader(_DBT))  # noqa: S701 (SQL, not HTML)
    environment.globals.update(
        config=lambda **_: "",
        source=lambda _, table: table,
        ref=lambda name: name,
        var=lambda name, default=None: variables.get(name, default),
        target=SimpleNamespace(type=target),
    )
    for macros in _MACROS:
        module = environment.get_template(macros).make_module()
        environment.globals.update(
            {name: macro for name, macro in vars(module).items() if not name.startswith("_")}
        )
    return environment.from_string(text).render(**words)


def run_models(database: duckdb.DuckDBPyConnection, variables: Mapping[str, object]) -> None:
    """Build the models of the exact step over two sides laid down as `LEFT` and `RIGHT`."""
    repeated = rendered(REPEATED, variables)
    database.execute(f"create or replace table {REPEATED} as {repeated}")
    some = database.execute(f"select 1 from {REPEATED} limit 1").fetchall()
    known = {**variables, "some_repeat": bool(some)}
    database.execute(f"create or replace view {PAIRED} as {rendered(PAIRED, known)}")
    database.execute(f"create or replace table {OPEN} as {rendered(OPEN, known)}")


def residue(
    database: duckdb.DuckDBPyConnection, side: str, columns: str
) -> list[tuple[object, ...]]:
    """Read a side's open rows and what is like them; asked for once, so nothing is kept."""
    name = "left" if side == LEFT else "right"
    bare = f"select 1 from {OPEN} where {name}_line is not null and {name}_ref = '' limit 1"
    variables = {"some_have_no_ref": bool(database.execute(bare).fetchall())}
    model = rendered(RESIDUE[side], variables)
    return database.execute(f"select {columns} from ({model})").fetchall()
