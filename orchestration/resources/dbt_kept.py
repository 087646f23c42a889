"""What dbt compiled, asked again without dbt: the same statements at a tenth of the price.

dbt takes 25 ms of Python for each model and test it runs, DuckDB mostly one. What a query says
depends on the project, its engines and the days it is about, so what dbt compiled and found good is
kept, and carried out again as the project's own materialisations carry it out, while those stand.
"Good" is the only answer given here. Whatever else comes of it (a model that does not build, other
columns than its contract was held to, a test that finds a row) is dbt's to say: nothing is changed,
and dbt runs.
"""

from __future__ import annotations

import time
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from domain.home import DeskHome
from orchestration.partitions import day_before
from orchestration.resources.dbt_run import DbtOutcome, NodeResult, project_bytes, run_dbt
from orchestration.resources.lake import write_bytes
from orchestration.resources.warehouse import Warehouse

_ENGINES = ("dbt-core", "dbt-duckdb", "duckdb")
Columns = dict[str, list[tuple[str, str]]]
"""Relation -> its columns, each with its type."""


class Kept(msgspec.Struct, frozen=True):
    """What one invocation of dbt compiled, all of it good.

    Args:
        about: Digest of everything that decides what is compiled.
        nodes: As dbt finished them, which is the order of their dependencies.
        columns: Of the models among them, which contracts were held to.
    """

    about: str
    nodes: tuple[NodeResult, ...]
    columns: Columns


def run_kept(home: DeskHome, day: str, select: str, *, command: str) -> DbtOutcome:
    """Run models or their tests as `run_dbt` does, without dbt where it would say the same.

    Args:
        home: The desk whose lake is read and whose warehouse is written.
        day: The partition.
        select: dbt's selection syntax.
        command: ``run`` or ``test``.

    Raises:
        InvariantBroken: dbt itself could not run.
    """
    about, path = _about(day, select, command), _path(home, select, command)
    if (kept := _read(path, about)) and (again := _again(home, kept)):
        return again
    outcome = run_dbt(home, day, select, command=command)
    if outcome.success and all(node.is_good and node.is_plain for node in outcome.nodes):
        with Warehouse(home).asked() as connection:
            columns = _columns(connection, outcome.nodes)
        write_bytes(path, msgspec.json.encode(Kept(about, outcome.nodes, columns)))
    return outcome


def _about(day: str, select: str, command: str) -> str:
    engines = [f"{name} {version(name)}" for name in _ENGINES]
    found = sha256(" ".join([*engines, day, day_before(day), select, command]).encode())
    found.update(project_bytes())
    return found.hexdigest()


def _path(home: DeskHome, select: str, command: str) -> Path:
    named = sha256(select.encode()).hexdigest()[:12]
    return home.warehouse.parent / "dbt" / f"kept-{command}-{named}.json"


def _read(path: Path, about: str) -> Kept | None:
    """Read what was kept; None where nothing was, of something else, or not whole."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
    return kept if kept.about == about else None


def _again(home: DeskHome, kept: Kept) -> DbtOutcome | None:
    """Carry everything out in one transaction; None, and nothing changed, if not all is good."""
    import duckdb

    with Warehouse(home).asked() as connection:
        connection.begin()
        try:
            nodes = [_carried_out(connection, node) for node in kept.nodes]
            if None in nodes or _columns(connection, kept.nodes) != kept.columns:
                connection.rollback()
                return None
            connection.commit()
        except duckdb.Error:
            return None  # closed with its transaction open, the file stays as it was
    return DbtOutcome(success=True, nodes=tuple(node for node in nodes if node))


def _carried_out(connection: Any, node: NodeResult) -> NodeResult | None:  # noqa: ANN401 (duckdb is imported late)
    begun = time.perf_counter()
    if node.kind == "test":
        asked = f"select count(*) from (\n{node.sql}\n) dbt_internal_test"  # noqa: S608 (dbt's)
        if connection.execute(asked).fetchone() != (0,):
            return None
    else:
        connection.execute(f"create or replace {node.kind} {node.relation} as (\n{node.sql}\n)")
    return msgspec.structs.replace(node, seconds=time.perf_counter() - begun)


def _columns(connection: Any, nodes: tuple[NodeResult, ...]) -> Columns:  # noqa: ANN401 (duckdb is imported late)
    found: Columns = {node.name: [] for node in nodes if node.resource == "model"}
    asked = (
        "select table_name, column_name, data_type from duckdb_columns() "
        "where not internal order by table_name, column_index"
    )
    for table, column, kind in connection.execute(asked).fetchall() if found else ():
        if table in found:
            found[table].append((column, kind))
    return found
