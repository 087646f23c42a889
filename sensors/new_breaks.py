"""Notices breaks that appeared in the books: tell people, through the journal.

The alert is a fact like any other; who is paged is decided by those who read it.
"""

import dagster as dg

from orchestration.breaking import TABLES, breaks_on
from orchestration.jobs import alert_breaks
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Lake
from sensors.cursors import Wanted, appeared
from sensors.watching import asked


@dg.sensor(
    job=alert_breaks,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for an alert when a break appears that is more than information.",
)
def new_breaks(context: dg.SensorEvaluationContext, desk: Desk) -> dg.SensorResult | dg.SkipReason:
    """Ask for alerts about the latest day's new breaks."""
    lake = Lake(desk.home)
    day = max((day for table in TABLES for day in lake.days(table)), default="")
    found = breaks_on(desk.home, day)
    cursor, fresh = appeared(context.cursor, {one.break_id: one.severity for one in found})
    if not fresh:
        return dg.SensorResult(skip_reason="no break appeared", cursor=cursor)
    return asked(
        [Wanted(f"breaks:{day}:{fresh[-1]}:{len(cursor)}", day)], cursor, alert_breaks.name
    )
