"""P&L attribution: where the change of equity came from, by strategy, venue and cause.

Equity is valued from what the outside states, so that the residual can be other than zero. The
identity is `domain.pnl`'s.
"""

import dagster as dg

from domain.ledger.types import Entry
from domain.money import VALUE_SCALE, from_units
from domain.pnl.attribute import AttributionInput, attribute
from domain.pnl.marks import MarkBook
from domain.pnl.types import Attribution, PnlRow
from orchestration.assets.catalog import book_spec, step
from orchestration.day import ATTRIBUTION, ENTRIES, POSITIONS, ROWS, Day, holdings
from orchestration.movements import LEGS, load_settlement
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL

SOURCES = (
    ENTRIES,
    POSITIONS,
    LEGS,
    "stg_journal__marks",
    "stg_journal__opportunities",
    "stg_chain__balances",
    "stg_exchange__balances",
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
]


@step("attribute_profit", *SPECS, pool=POOL)
def profit_attributed(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[dg.MaterializeResult, dg.MaterializeResult]:
    """Attribute the day's change of equity."""
    day = Day(desk.home, context.partition_key)
    attribution = attribute(_given(day))
    day.lake.save(ATTRIBUTION, day.name, Attribution, [attribution])
    day.lake.save(ROWS, day.name, PnlRow, attribution.rows)
    shown = {
        "total": shown_value(attribution.total_usd_e24),
        "residual": shown_value(attribution.residual_usd_e24),
    }
    return (
        dg.MaterializeResult(asset_key=ATTRIBUTION, metadata={"dagster/row_count": 1, **shown}),
        dg.MaterializeResult(
            asset_key=ROWS, metadata={"dagster/row_count": len(attribution.rows), **shown}
        ),
    )


def shown_value(amount_usd_e24: int | None) -> str:
    """Write a value of the book currency in full, or say that it is not known."""
    return "unknown" if amount_usd_e24 is None else from_units(amount_usd_e24, VALUE_SCALE)


def _given(day: Day) -> AttributionInput:
    start_ns, end_ns = day.span_ns
    return AttributionInput(
        day=day.name,
        start_ns=start_ns,
        end_ns=end_ns,
        assets=day.card.assets,
        venues=day.venue_labels(),
        entries=day.lake.load(ENTRIES, day.name, Entry),
        legs=load_settlement(day.home, day.name).legs,
        decisions=day.journal().decisions,
        external_opening=day.external_opening(),
        external_closing=holdings(day.claims("closing")),
        marks=MarkBook.of(day.marks(), start_ns=start_ns, carried=day.carried_marks()),
        opening=day.carried(),
    )


PNL = [profit_attributed]
