"""P&L attribution: where the change of equity came from, by strategy, venue and cause.

Equity is valued from what the outside states, so that the residual can be other than zero. The
identity is `domain.pnl`'s.
"""

import dagster as dg
import msgspec

from domain.ledger.series import Read
from domain.ledger.types import Entry
from domain.money import VALUE_SCALE, from_units
from domain.pnl.performance import Compared, Performance, performance
from domain.pnl.realised import Realised
from domain.pnl.sums import AttributionInput
from domain.pnl.types import Attribution, PnlCell, PnlRow
from orchestration.assets.catalog import book_spec, step
from orchestration.day import (
    ATTRIBUTION,
    CELLS,
    COMPARED,
    ENTRIES,
    PERFORMANCE,
    POSITIONS,
    REALISED,
    ROWS,
    Day,
)
from orchestration.incremental.attributing import attributed, without_entries
from orchestration.incremental.comparing import compare_new
from orchestration.reading.movements import EXECUTIONS, LEGS, load_settlement
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL

SOURCES = (
    ENTRIES,
    POSITIONS,
    LEGS,
    "stg_journal__marks",
    "stg_journal__opportunities",
    "stg_chain__balances",
    "stg_chain__openings",
    "stg_exchange__balances",
    "stg_exchange__openings",
)
SPECS = [
    book_spec(
        ATTRIBUTION,
        "pnl",
        "One row per day: opening and closing equity, flows, total and residual.",
        Attribution,
        SOURCES,
    ),
    book_spec(ROWS, "pnl", "One row per strategy, venue and cause of the day.", PnlRow, SOURCES),
    book_spec(
        CELLS, "pnl", "One row per strategy, venue, asset and cause of the day.", PnlCell, SOURCES
    ),
    book_spec(
        REALISED,
        "pnl",
        "One row per day: the same profit as realised, unrealised and costs, and the lots left.",
        Realised,
        # Not the balances: lots are held against them.
        (ENTRIES, "stg_journal__marks", "stg_chain__openings", "stg_exchange__openings"),
    ),
]
COMPARED_SPEC = book_spec(
    COMPARED,
    "pnl",
    "One row per opportunity of the day: what it promised, what came of it, why it was missed.",
    Compared,
    (EXECUTIONS, "stg_journal__opportunities", "stg_journal__risk_decisions"),
)
PERFORMANCE_SPEC = book_spec(
    PERFORMANCE,
    "pnl",
    "One row per strategy of the day: success rate, shortfall, drawdown, Sharpe, Sortino.",
    Performance,
    (COMPARED,),
)


@step("attribute_profit", *SPECS, pool=POOL)
def profit_attributed(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[dg.MaterializeResult, dg.MaterializeResult, dg.MaterializeResult, dg.MaterializeResult]:
    """Attribute the day's change of equity, and find it a second time by lots."""
    day = Day(desk.home, context.partition_key)
    attribution, realised = attributed(day)
    cells = attribution.cells
    day.lake.save(ATTRIBUTION, day.name, Attribution, [attribution])
    day.lake.save(ROWS, day.name, PnlRow, attribution.rows)
    day.lake.save(CELLS, day.name, PnlCell, cells)
    day.lake.save(REALISED, day.name, Realised, [realised])
    shown = {
        "total": shown_value(attribution.total_usd_e24),
        "residual": shown_value(attribution.residual_usd_e24),
    }
    return (
        dg.MaterializeResult(asset_key=ATTRIBUTION, metadata={"dagster/row_count": 1, **shown}),
        dg.MaterializeResult(
            asset_key=ROWS, metadata={"dagster/row_count": len(attribution.rows), **shown}
        ),
        dg.MaterializeResult(asset_key=CELLS, metadata={"dagster/row_count": len(cells), **shown}),
        dg.MaterializeResult(
            asset_key=REALISED,
            metadata={
                "dagster/row_count": 1,
                "realised": shown_value(realised.realised_usd_e24),
                "unrealised": shown_value(realised.unrealised_closing_usd_e24),
                "costs": shown_value(realised.costs_usd_e24),
            },
        ),
    )


@step("measure_performance", COMPARED_SPEC, PERFORMANCE_SPEC, pool=POOL)
def performance_measured(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[dg.MaterializeResult, dg.MaterializeResult]:
    """Set what was predicted beside what came of it."""
    day = Day(desk.home, context.partition_key)
    compare_new(day)
    compared = day.lake.load(COMPARED, day.name, Compared)
    measured = performance(compared)
    day.lake.save(PERFORMANCE, day.name, Performance, measured)
    return (
        dg.MaterializeResult(asset_key=COMPARED, metadata={"dagster/row_count": len(compared)}),
        dg.MaterializeResult(
            asset_key=PERFORMANCE,
            metadata={
                "dagster/row_count": len(measured),
                **{one.strategy: f"success rate {one.success_rate}" for one in measured},
            },
        ),
    )


def shown_value(amount_usd_e24: int | None) -> str:
    """Write a value of the book currency in full, or say that it is not known."""
    return "unknown" if amount_usd_e24 is None else from_units(amount_usd_e24, VALUE_SCALE)


def attribution_input(day: Day) -> AttributionInput:
    """Load everything the attribution of a settled day looks at."""
    return msgspec.structs.replace(
        without_entries(day),
        entries=Read(day.lake.load(ENTRIES, day.name, Entry)),
        legs=load_settlement(day.home, day.name).legs,
        decisions=day.journal().decisions,
    )


PNL = [profit_attributed, performance_measured]
