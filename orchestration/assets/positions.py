"""Exposure at the anchor: who holds what, what it is worth, how much of it stands in one place.

After attribution, whose marks and remaining lots it uses. The measuring is `domain.positions`'.
"""

import dagster as dg

from domain.pnl.realised import Realised
from domain.pnl.values import Valuer
from domain.positions.bound import Bound
from domain.positions.exposure import (
    Exposure,
    UnderlyingPosition,
    exposures,
    underlying_positions,
)
from domain.positions.held import Held, with_bound
from domain.positions.placed import PlacedPosition, placed_positions
from orchestration.assets.catalog import book_spec, step
from orchestration.day import ENTRIES, EXPOSURES, HELD, PLACED, REALISED, UNDERLYINGS, Day
from orchestration.incremental.holding import held_by
from orchestration.reading.binding import BOUND, bound_in
from orchestration.reading.marking import mark_book
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL

SOURCES = (
    "stg_journal__facts",
    "stg_chain__transactions",
    "raw_chain__pending",
    "raw_exchange__pending",
    "raw_exchange__fills",
)
"""What says which orders and transactions are through."""
Made = dg.MaterializeResult
WORTH = (ENTRIES, REALISED, "stg_journal__marks", *SOURCES)
SPECS = [
    book_spec(
        HELD,
        "positions",
        "One row per account of ours, asset and strategy; an account's rows sum to its balance.",
        Held,
        (ENTRIES, *SOURCES),
    ),
    book_spec(
        EXPOSURES,
        "positions",
        "One row per asset, underlying, venue, strategy or chain: net, gross and concentration.",
        Exposure,
        WORTH,
    ),
    book_spec(
        UNDERLYINGS,
        "positions",
        "One row per underlying: settled, pending, free, locked, cost, mark and unrealised.",
        UnderlyingPosition,
        WORTH,
    ),
    book_spec(
        PLACED,
        "positions",
        "One row per account of ours, asset and strategy: quantity, delta, cost, worth and share.",
        PlacedPosition,
        WORTH,
    ),
    book_spec(
        BOUND,
        "positions",
        "One row per asset and order at rest or transaction in flight: what it may still spend.",
        Bound,
        SOURCES,
    ),
]


@step("measure_exposure", *SPECS, pool=POOL)
def exposure_measured(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[Made, Made, Made, Made, Made]:
    """Part holdings by strategy, say what of them is bound, and value them."""
    day = Day(desk.home, context.partition_key)
    bound = bound_in(day)
    held = with_bound(held_by(day), bound)
    end_ns = day.span_ns[1]
    valuer = Valuer.of(day.card.assets, mark_book(day))
    lots = day.lake.load(REALISED, day.name, Realised)[0].remaining
    venues = day.venue_labels()
    placed = placed_positions(held, lots, valuer, end_ns - 1, venues)
    measured = exposures(placed, valuer, end_ns - 1)
    valued = underlying_positions(held, lots, valuer, end_ns - 1)
    return (
        _saved(day, HELD, Held, held),
        _saved(day, EXPOSURES, Exposure, measured),
        _saved(day, UNDERLYINGS, UnderlyingPosition, valued),
        _saved(day, PLACED, PlacedPosition, placed),
        _saved(day, BOUND, Bound, bound),
    )


def _saved(day: Day, table: str, kind: type, rows: list) -> dg.MaterializeResult:
    day.lake.save(table, day.name, kind, rows)
    return dg.MaterializeResult(asset_key=table, metadata={"dagster/row_count": len(rows)})


EXPOSURE = [exposure_measured]
