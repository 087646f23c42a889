"""Notices that the loop believes of an order or of the wallet what the books do not: tell people.

The comparison is the check's of the same name; here is only whether a difference is new.
"""

import dagster as dg

from orchestration.checks.live_positions import is_settled_to_its_anchor, loop_against_books
from orchestration.day import Day
from orchestration.jobs import alert_positions
from orchestration.movements import LEGS
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Lake
from sensors.cursors import Wanted, appeared
from sensors.watching import asked


@dg.sensor(
    job=alert_positions,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for an alert when loop and books differ about an order or a holding.",
)
def live_positions(
    context: dg.SensorEvaluationContext, desk: Desk
) -> dg.SensorResult | dg.SkipReason:
    """Compare the latest settled day's live positions with the books'."""
    day = max(Lake(desk.home).days(LEGS), default="")
    if not day:
        return dg.SkipReason("nothing is settled yet")
    settled = Day(desk.home, day)
    if not is_settled_to_its_anchor(settled):
        return dg.SkipReason("what was captured last is being settled")
    differing = {f"{one.subject}|{one.asset}" for one in loop_against_books(settled)}
    cursor, fresh = appeared(context.cursor, dict.fromkeys(differing, "high"))
    if not fresh:
        return dg.SensorResult(skip_reason="live positions equal the books'", cursor=cursor)
    wanted = [Wanted(f"positions:{day}:{fresh[-1]}:{len(cursor)}", day)]
    return asked(wanted, cursor, alert_positions.name)
