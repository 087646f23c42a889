"""dbt in process: one warm manifest, one invocation a step, its results as values.

A subprocess costs 6-9 s, an invocation with a parsed manifest about half a second. What models mean
is in `dbt/`; which of them a step runs is the asset's decision.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import msgspec
import orjson

from domain.errors import InvariantBroken
from domain.home import DeskHome
from orchestration.partitions import HOME_VARIABLE, day_before
from orchestration.resources.dbt_manifest import PARSED, PROJECT, prepare
from orchestration.resources.dbt_plain import is_plain

UNIT_TESTS = "test_type:unit"
"""Selects dbt's unit tests, which a data test run leaves out."""


class NodeResult(msgspec.Struct, frozen=True):
    """What became of one model or test.

    Args:
        status: dbt's word: success, error, pass, fail, warn, skipped.
        failures: Rows a test found wrong; 0 for models.
        sql: As compiled.
        kind: view, table or test: what dbt makes of the query.
        relation: A model's quoted name in the warehouse.
        is_plain: Whether it is nothing but its query (`dbt_plain.py`).
    """

    unique_id: str
    name: str
    resource: str
    status: str
    seconds: float
    failures: int
    message: str
    sql: str = ""
    kind: str = ""
    relation: str = ""
    is_plain: bool = False

    @property
    def is_good(self) -> bool:
        """Ask whether it did what it should."""
        return self.status in {"success", "pass"}


class DbtOutcome(msgspec.Struct, frozen=True):
    """Everything one invocation did."""

    success: bool
    nodes: tuple[NodeResult, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """Name what failed, with dbt's reason, one line each."""
        return tuple(f"{n.name}: {n.message}" for n in self.nodes if not n.is_good)


def run_dbt(
    home: DeskHome, day: str, select: str, *, command: str = "build", from_day: str | None = None
) -> DbtOutcome:
    """Run models, or their tests, for one UTC day.

    Args:
        home: The desk whose lake is read and whose warehouse is written.
        day: The partition; models also see the day before it.
        select: dbt's selection syntax, space separated.
        command: ``run``, ``test`` or ``build``; a build skips models below a failed test, so
            the books run first and test after.
        from_day: The earliest day that is seen, when it is not the day before.

    Raises:
        InvariantBroken: dbt itself could not run; failed models and tests are values.
    """
    from dbt.cli.main import dbtRunner

    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with _about(home), _warehouse_released():
        result = dbtRunner(manifest=parsed_project()).invoke(
            _arguments(home, {"day": day, "from_day": from_day or day_before(day)}, select, command)
        )
    nodes = tuple(_node(item) for item in getattr(result.result, "results", None) or ())
    if result.exception is not None and not nodes:
        raise InvariantBroken("dbt could not run", reason=str(result.exception)[:300])
    return DbtOutcome(success=bool(result.success), nodes=nodes)


def _arguments(home: DeskHome, variables: dict[str, str], select: str, command: str) -> list[str]:
    quiet = ["--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json"]
    only_data_tests = ["--exclude-resource-types", "unit_test"]
    return [
        *quiet,
        "--no-use-colors",
        "--no-send-anonymous-usage-stats",
        command,
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(home.warehouse.parent / "dbt")),
        *("--vars", orjson.dumps(variables).decode(), "--select", *select.split()),
        *(only_data_tests if command == "test" and select != UNIT_TESTS else []),
    ]


def _node(item: Any) -> NodeResult:  # noqa: ANN401 (dbt's own result)
    return NodeResult(
        unique_id=item.node.unique_id,
        name=item.node.name,
        resource=str(item.node.resource_type),
        status=str(item.status),
        seconds=float(item.execution_time),
        failures=int(item.failures or 0),
        message=str(item.message or ""),
        sql=str(getattr(item.node, "compiled_code", None) or ""),
        kind=str(getattr(item.node.config, "materialized", "")),
        relation=str(getattr(item.node, "relation_name", None) or ""),
        is_plain=is_plain(item.node, parsed_project()),
    )


@lru_cache(maxsize=1)
def project_bytes() -> bytes:
    """Read dbt's own memory of the last parse, once a process: it names what is run until then."""
    prepare()
    return PARSED.read_bytes()


@lru_cache(maxsize=1)
def parsed_project() -> Any:  # noqa: ANN401 (dbt's own type, imported late)
    """Give dbt's own memory of the last parse.

    Not manifest.json: read back from it, generic tests become singular ones and fail to compile.
    """
    from dbt.contracts.graph.manifest import Manifest

    return Manifest.from_msgpack(project_bytes())


@contextmanager
def _warehouse_released() -> Iterator[None]:
    """Close the DuckDB file once dbt is done: whoever comes next finds it free."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    try:
        yield
    finally:
        if DuckDBConnectionManager._ENV is not None:  # noqa: SLF001 (dbt-duckdb asks it so too)
            DuckDBConnectionManager.env().close()
            DuckDBConnectionManager.close_all_connections()


@contextmanager
def _about(home: DeskHome) -> Iterator[None]:
    """Let profiles.yml find this desk, and leave the environment as it was."""
    before = os.environ.get(HOME_VARIABLE)
    os.environ[HOME_VARIABLE] = str(home.root)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(HOME_VARIABLE, None)
        else:
            os.environ[HOME_VARIABLE] = before
