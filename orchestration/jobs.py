"""Which assets run together: the incremental settlement, the hourly reconciliation, the close.

All in one process, one step after another: on two cores a process a step costs more than the step.
"""

import dagster as dg

from journal.entry import Entry
from journal.post import post
from orchestration.alerting import (
    alerts_due,
    positions_due,
    told,
    told_positions,
    trips_due,
)
from orchestration.checks.live_positions import loop_against_books
from orchestration.clock import BooksClock
from orchestration.day import Day
from orchestration.partitions import utc_days
from orchestration.reading.breaking import breaks_on
from orchestration.resources.desk import Desk, desk_card
from orchestration.runs.failures import honouring_advice

SLOW_CHECKS = dg.AssetSelection.checks(
    dg.AssetCheckKey(dg.AssetKey("raw_exchange__fills"), "fills_are_what_an_exchange_can_say"),
    dg.AssetCheckKey(dg.AssetKey("raw_chain__transactions"), "receipts_are_what_a_chain_can_say"),
    dg.AssetCheckKey(dg.AssetKey("fct_postings"), "published_postings_are_complete_rows"),
)
"""Suites that take seconds to import run in the daily close alone."""
TO_RECONCILIATION = (
    "captures",
    "staging",
    "chain",
    "market",
    "settlement",
    "ledger",
    "positions",
    "pnl",
    "reconciliation",
)
EVERYTHING = dg.AssetSelection.all()

settle_day = dg.define_asset_job(
    "settle_day",
    selection=EVERYTHING - SLOW_CHECKS,
    executor_def=dg.in_process_executor,
    description="What is new, from captures to marts, as soon as it is final. Every check but the "
    "suites that are slow to import, which the close has.",
)
reconcile_hour = dg.define_asset_job(
    "reconcile_hour",
    selection=dg.AssetSelection.groups(*TO_RECONCILIATION) - SLOW_CHECKS,
    executor_def=dg.in_process_executor,
    description="Captures to reconciled balances, with the checks of everything on the way.",
)
daily_close = dg.define_asset_job(
    "daily_close",
    selection=EVERYTHING,
    executor_def=dg.in_process_executor,
    description="The whole day: every asset and every check, blocking ones included.",
)


@dg.op(
    description="Journals an alert for each break of the day that is more than information, and "
    "trips the loop's breaker for a grave one."
)
@honouring_advice
def raise_alerts(context: dg.OpExecutionContext, desk: Desk) -> None:
    """Journal alerts, and for grave breaks the order that trips a breaker of the loop.

    What people were told before they are not told again.
    """
    found, clock = breaks_on(desk.home, context.partition_key), BooksClock()
    now_ns = clock.now_ns()
    alerts = alerts_due(found, told(desk.home), now_ns)
    trips = trips_due(found, desk_card(desk.home))
    if alerts or trips:
        post(desk.home, clock, *(Entry(fact, now_ns) for fact in (*alerts, *trips)))
    context.add_output_metadata({"alerts": len(alerts), "trips": len(trips)})


@dg.job(
    partitions_def=utc_days,
    executor_def=dg.in_process_executor,
    description="Tells people of new breaks, through the journal.",
)
def alert_breaks() -> None:
    """Journal the day's breaks as alerts."""
    raise_alerts()


@dg.op(description="Journals an alert for each order or holding that loop and books differ about.")
@honouring_advice
def raise_position_alerts(context: dg.OpExecutionContext, desk: Desk) -> None:
    """Journal alerts; what people were told before they are not told again."""
    day, clock = Day(desk.home, context.partition_key), BooksClock()
    now_ns = clock.now_ns()
    before = told_positions(desk.home)
    alerts = positions_due(loop_against_books(day), day.name, before, now_ns)
    if alerts:
        post(desk.home, clock, *(Entry(fact, now_ns) for fact in alerts))
    context.add_output_metadata({"alerts": len(alerts)})


@dg.job(
    partitions_def=utc_days,
    executor_def=dg.in_process_executor,
    description="Tells people where loop and books differ about orders or holdings.",
)
def alert_positions() -> None:
    """Journal the day's differing positions as alerts."""
    raise_position_alerts()


JOBS = [settle_day, reconcile_hour, daily_close, alert_breaks, alert_positions]
