"""Notices breaks that appeared in the books: tell people, through the journal.

The alert is a fact like any other; who is paged is decided by those who read it. The last two days
are looked at, since yesterday is still closed while today has begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import dagster as dg

from domain.matching.types import Break
from orchestration.jobs import alert_breaks
from orchestration.reading.breaking import TABLES, breaks_on
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Lake
from sensors.cursors import Wanted, appeared
from sensors.watching import asked, failed_run, is_busy

DAYS_WATCHED = 2


@dg.sensor(
    job=alert_breaks,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for an alert when a break appears that is more than information.",
)
def new_breaks(context: dg.SensorEvaluationContext, desk: Desk) -> dg.SensorResult | dg.SkipReason:
    """Ask for alerts about the last days' new breaks; again, when they could not be written."""
    if is_busy(context, alert_breaks.name):
        return dg.SkipReason("people are being told; what is new joins the next look")
    failed = failed_run(context, alert_breaks.name)
    days = _days(Lake(desk.home))
    found = {day: _named(breaks_on(desk.home, day)) for day in days}
    now = {name: one.severity for each in found.values() for name, one in each.items()}
    is_whole = all(table_days.issuperset(days) for table_days in _days_of_tables(Lake(desk.home)))
    cursor, fresh = appeared("" if failed else context.cursor, now, is_whole=is_whole)
    if not fresh:
        return dg.SensorResult(skip_reason="no break appeared", cursor=cursor)
    return asked(_wanted(found, set(fresh), failed), cursor, alert_breaks.name)


def _named(breaks: list[Break]) -> dict[str, Break]:
    """Name a break by its id, and one that only repeats another apart, until it stands alone."""
    return {one.break_id + ("~" if one.explained_by else ""): one for one in breaks}


def _wanted(found: Mapping[str, Mapping[str, Break]], fresh: set[str], failed: str) -> list[Wanted]:
    """Ask for one run a day that has fresh breaks, named after them and since when they are."""
    wanted: list[Wanted] = []
    for day, breaks in sorted(found.items()):
        since = [f"{name}@{breaks[name].first_seen_ns}" for name in sorted(fresh & set(breaks))]
        if since:
            digest = sha256(" ".join([*since, failed]).encode()).hexdigest()
            wanted.append(Wanted(f"breaks:{day}:{digest}", day))
    return wanted


def _days(lake: Lake) -> list[str]:
    return sorted(set().union(*_days_of_tables(lake)))[-DAYS_WATCHED:]


def _days_of_tables(lake: Lake) -> list[set[str]]:
    return [set(lake.days(table)) for table in TABLES]
