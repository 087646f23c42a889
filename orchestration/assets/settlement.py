"""Settlement: what every execution really did, from receipts and fills.

The rules are `domain.settlement`'s; what disagrees is found in reconciliation.
"""

from collections import Counter

import dagster as dg
import msgspec

from domain.settlement.outcome import Leg, SettledExecution, Settlement
from domain.settlement.settle import settle
from orchestration.assets.catalog import book_spec, step
from orchestration.day import Day
from orchestration.movements import (
    EXECUTIONS,
    LEGS,
    MOVEMENTS,
    Movement,
    load_settlement,
    save_settlement,
)
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Cursor
from orchestration.resources.warehouse import POOL

SOURCES = (
    "stg_journal__facts",
    "stg_exchange__fills",
    "stg_exchange__ledger_lines",
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
        "One row per other movement of ours: gas, transfer, conversion, capital, unexplained.",
        Movement,
        SOURCES,
    ),
]


@step("settle", *SPECS, pool=POOL)
def settled(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[dg.MaterializeResult, dg.MaterializeResult, dg.MaterializeResult]:
    """Work out what really happened, and remember up to which fact."""
    day = Day(desk.home, context.partition_key)
    settlement = settle(day.card, day.journal(), day.exchange(), day.chain())
    save_settlement(desk.home, day.name, of_the_day(day, settlement))
    day.lake.remember(EXECUTIONS, day.name, Cursor(day.last_seq(), day.anchor.block_hash))
    written = load_settlement(desk.home, day.name)
    states = dict(Counter(one.status for one in written.executions))
    states |= {"provisional": sum(one.is_provisional for one in written.executions)}
    return (
        _reported(EXECUTIONS, len(written.executions), states),
        _reported(LEGS, len(written.legs), dict(Counter(leg.venue for leg in written.legs))),
        _reported(MOVEMENTS, len(written.gas) + len(written.flows), {"gas": len(written.gas)}),
    )


_TIMED = (
    "legs", "gas", "transfers", "conversions", "flows", "unexplained", "incidents", "revisions",
    "liquidity",
)  # fmt: skip


def of_the_day(day: Day, settlement: Settlement) -> Settlement:
    """Leave out what the day before settled already and was loaded only to be finished."""
    if day.previous is None:
        return settlement
    start_ns, alive = day.span_ns[0], day.opportunity_ids()
    later = {
        name: tuple(item for item in getattr(settlement, name) if item.at_ns >= start_ns)
        for name in _TIMED
    }
    executions = tuple(one for one in settlement.executions if one.opportunity_id in alive)
    return msgspec.structs.replace(settlement, executions=executions, **later)


def _reported(table: str, rows: int, counts: dict[str, int]) -> dg.MaterializeResult:
    return dg.MaterializeResult(asset_key=table, metadata={"dagster/row_count": rows, **counts})


SETTLEMENT = [settled]
