"""Settlement: what every execution really did, from receipts and fills.

The rules are `domain.settlement`'s; what disagrees is found in reconciliation.
"""

from collections import Counter

import dagster as dg

from domain.settlement.outcome import Leg, SettledExecution
from domain.settlement.underway import OpenTransit
from orchestration.assets.catalog import book_spec, step
from orchestration.day import Day
from orchestration.incremental.settling import settle_new
from orchestration.reading.movements import (
    EXECUTIONS,
    LEGS,
    MOVEMENTS,
    Movement,
)
from orchestration.reading.transits import OPEN, write_open
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Cursor
from orchestration.resources.warehouse import POOL

SOURCES = (
    "stg_journal__facts",
    "stg_exchange__fills",
    "stg_exchange__ledger_lines",
    "stg_exchange__payments",
    "stg_chain__anchors",
    "stg_chain__transactions",
    "stg_chain__logs",
    "stg_chain__rebases",
)
SPECS = [
    book_spec(
        EXECUTIONS,
        "settlement",
        "One row per planned execution, with what it really did.",
        SettledExecution,
        SOURCES,
    ),
    book_spec(
        LEGS,
        "settlement",
        "One row per exchange of base for quote that really happened.",
        Leg,
        SOURCES,
    ),
    book_spec(
        MOVEMENTS,
        "settlement",
        "One row per other movement of ours: gas, transfer, transit, capital, unexplained.",
        Movement,
        SOURCES,
    ),
    book_spec(
        OPEN,
        "settlement",
        "One row per transfer between wallet and exchange that has left and not wholly arrived.",
        OpenTransit,
        SOURCES,
    ),
]


@step("settle", *SPECS, pool=POOL)
def settled(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[dg.MaterializeResult, dg.MaterializeResult, dg.MaterializeResult, dg.MaterializeResult]:
    """Work out what really happened, and remember up to which fact."""
    day = Day(desk.home, context.partition_key)
    done = settle_new(day)
    day.lake.remember(EXECUTIONS, day.name, Cursor(day.last_seq(), day.anchor.block_hash))
    underway = write_open(day.lake, day.name, day.previous)
    provisional = counted(day, EXECUTIONS, "is_provisional").get("true", 0)
    return (
        _reported(
            EXECUTIONS,
            counted(day, EXECUTIONS, "status"),
            provisional=provisional,
            new_facts=done.facts,
            strands_settled=done.strands,
        ),
        _reported(LEGS, counted(day, LEGS, "venue")),
        _reported(MOVEMENTS, counted(day, MOVEMENTS, "movement")),
        _reported(OPEN, Counter(one.kind for one in underway)),
    )


def counted(day: Day, table: str, column: str) -> dict[str, int]:
    """Count a computed day's rows by one column."""
    found = day.lake.table(table, day.name, [column])
    if found is None:
        return {}
    counts = found[column].cast("string").value_counts().to_pylist()
    return {one["values"]: one["counts"] for one in counts}


def _reported(table: str, counts: dict[str, int], **more: int) -> dg.MaterializeResult:
    rows = sum(counts.values())
    metadata = {"dagster/row_count": rows, **counts, **more}
    return dg.MaterializeResult(asset_key=table, metadata=metadata)


SETTLEMENT = [settled]
