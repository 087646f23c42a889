"""What every asset says of itself: group, owners, kinds, grain and columns, from one description.

Reviewers read lineage; what they see beside a node is made here, so that no asset is dumb.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg
import msgspec

from orchestration.closing.periods import refuse_locked
from orchestration.lineage.columns import told
from orchestration.partitions import utc_days
from orchestration.resources.dbt_manifest import prepare
from orchestration.resources.desk import Desk
from orchestration.resources.lake import struct_columns
from orchestration.resources.lake_schema import FLAG, INT, TABLES, TEXT, WIDE, Column
from orchestration.resources.warehouse import POOL, Warehouse
from orchestration.runs.failures import ASK_AGAIN, honouring_advice
from orchestration.uncollected import uncollected

OWNERS = {
    "captures": "team:market-operations",
    "settlement": "team:settlement",
    "reconciliation": "team:control",
    "ledger": "team:books",
    "positions": "team:books",
    "pnl": "team:books",
    "audit": "team:control",
    "capacity": "team:platform",
    "staging": "team:books",
    "chain": "team:settlement",
    "market": "team:market-operations",
    "marts": "team:books",
}
_SQL_TYPES = {TEXT: "varchar", INT: "bigint", WIDE: "decimal(38,0)", FLAG: "boolean"}


def capture_spec(name: str, *, kinds: set[str], deps: tuple[str, ...] = ()) -> dg.AssetSpec:
    """Describe a captured table."""
    table = TABLES[name]
    return _spec(name, "captures", table.grain, kinds | {"parquet"}, deps, table.columns)


def book_spec(
    name: str, group: str, grain: str, kind: type[msgspec.Struct], deps: tuple[str, ...]
) -> dg.AssetSpec:
    """Describe a table the domain computed."""
    return _spec(name, group, grain, {"python", "parquet"}, deps, struct_columns(kind))


def _spec(
    name: str,
    group: str,
    grain: str,
    kinds: set[str],
    deps: tuple[str, ...],
    columns: tuple[Column, ...],
) -> dg.AssetSpec:
    return dg.AssetSpec(
        name,
        description=grain,
        group_name=group,
        owners=[OWNERS[group]],
        kinds=kinds,
        deps=list(deps),
        partitions_def=utc_days,
        freshness_policy=A_DAY_AND_A_BIT,
        metadata={"dagster/column_schema": column_schema(columns)},
    )


def column_schema(columns: tuple[Column, ...]) -> dg.TableSchema:
    """Describe columns as Dagster shows them, each with its meaning or its unit."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=_SQL_TYPES[column.kind],
                description=column.meaning or meanings().get(column.name),
            )
            for column in columns
        ]
    )


@functools.cache
def meanings() -> Mapping[str, str]:
    """Read what column names mean wherever nothing else is said: `dbt/models/columns.md`."""
    manifest = msgspec.json.decode(prepare().read_bytes(), type=_Manifest)
    return {
        block.name: block.block_contents
        for block in manifest.docs.values()
        if block.package_name == "alphapulse"
    }


class _DocBlock(msgspec.Struct):
    name: str
    package_name: str
    block_contents: str


class _Manifest(msgspec.Struct):
    docs: dict[str, _DocBlock]


def done(rows: int, **metadata: Any) -> dg.MaterializeResult[Any]:  # noqa: ANN401 (what is shown)
    """Report one asset as written, with how many rows."""
    return dg.MaterializeResult(metadata={"dagster/row_count": rows, **metadata})


A_DAY_AND_A_BIT = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=26), warn_window=timedelta(hours=25)
)
"""The close runs daily, ten minutes after midnight; two hours are for a person to look."""
ONE_DAY_A_RUN = dg.BackfillPolicy.multi_run(max_partitions_per_run=1)
"""A day's opening is the day before's closing, so days are made one after another."""


def step(
    name: str, *specs: dg.AssetSpec, pool: str | None = None
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Make a body the step that writes some assets, with what every step of the books shares."""

    def decorated(body: Callable[..., Any]) -> dg.AssetsDefinition:
        opened = kept_open(body) if pool == POOL else body
        return dg.multi_asset(
            specs=list(specs),
            name=name,
            pool=pool,
            retry_policy=ASK_AGAIN,
            backfill_policy=ONE_DAY_A_RUN,
        )(honouring_advice(in_an_open_period(with_lineage(specs)(uncollected()(opened)))))

    return decorated


def with_lineage(
    specs: Sequence[dg.AssetSpec],
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a body's results say which columns theirs are made of."""

    def decorated(body: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(body)
        def wrapped(context: dg.AssetExecutionContext, desk: Desk) -> Any:  # noqa: ANN401 (the body's)
            results = body(context, desk)
            if isinstance(results, dg.MaterializeResult):
                return told(results, specs[0].key.to_user_string())
            return tuple(told(one, one.asset_key.to_user_string()) for one in results)

        return wrapped

    return decorated


def in_an_open_period(body: Callable[..., Any]) -> Callable[..., Any]:
    """Keep a body from writing anything of a locked day."""

    @functools.wraps(body)
    def wrapped(context: dg.AssetExecutionContext, desk: Desk) -> Any:  # noqa: ANN401 (the body's)
        refuse_locked(desk.home, context.partition_key)
        return body(context, desk)

    return wrapped


def kept_open(body: Callable[..., Any]) -> Callable[..., Any]:
    """Open the warehouse once for all questions of a body: opening costs more than asking."""

    @functools.wraps(body)
    def wrapped(context: dg.AssetExecutionContext, desk: Desk) -> Any:  # noqa: ANN401 (the body's)
        with Warehouse(desk.home).held():
            return body(context, desk)

    return wrapped
