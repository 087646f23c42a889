"""Whether the loop believes of its orders what the books hold: shown, compared, never mended.

Not blocking: the books stand on statements, and a loop that misheard does not make them wrong. The
sensor of the same subject tells people.
"""

import dagster as dg

from domain.positions.live import Disagreement, booked_moves, disagreements, live_moves
from orchestration import books
from orchestration.day import Day
from orchestration.failures import honouring_advice
from orchestration.movements import EXECUTIONS, LEGS, load_settlement
from orchestration.resources.desk import Desk

SHOWN = 20
"""A person reads a page."""


@dg.asset_check(asset=LEGS)
@honouring_advice
def live_positions_equal_the_books(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """What the loop last heard of each order is what the exchange's statements say it moved."""
    day = Day(desk.home, context.partition_key)
    found = loop_against_books(day)
    shown = [f"{x.order_id} {x.asset}: loop {x.live_units}, books {x.booked_units}" for x in found]
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"differences": len(found), "first": "; ".join(shown[:SHOWN])},
    )


def loop_against_books(day: Day) -> list[Disagreement]:
    """Compare what the loop had heard by the day's cut-off; the warehouse is not opened."""
    journal = books.journal_book(day.lake.read("raw_journal__facts", day.name))
    exchange = day.card.exchange
    live = live_moves(
        journal.orders,
        journal.order_answers,
        exchange.base_asset,
        exchange.quote_asset,
        day.anchor.cutoff_ns,
    )
    legs = load_settlement(day.home, day.name).legs
    return disagreements(live, booked_moves(leg for leg in legs if leg.venue == exchange.venue))


def is_settled_to_its_anchor(day: Day) -> bool:
    """Ask whether what is settled is of the captures that lie there, not of those before."""
    return day.lake.cursor(EXECUTIONS, day.name).anchor == day.anchor.block_hash


LIVE_POSITIONS = [live_positions_equal_the_books]
