"""Notices that the loop believes of an order or of the wallet what the books do not: tell people.

The comparison is the check's of the same name; here is only whether a difference is new, or could
not be told.
"""

from hashlib import sha256

import dagster as dg

from domain.positions.live import Disagreement
from orchestration.checks.live_positions import is_settled_to_its_anchor, loop_against_books
from orchestration.day import Day
from orchestration.jobs import alert_positions
from orchestration.reading.movements import LEGS
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Lake
from sensors.cursors import Wanted, appeared
from sensors.watching import asked, failed_run, is_busy


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
    if is_busy(context, alert_positions.name):
        return dg.SkipReason("people are being told; what is new joins the next look")
    failed = failed_run(context, alert_positions.name)
    differing = dict.fromkeys(map(_named, loop_against_books(settled)), "high")
    cursor, fresh = appeared("" if failed else context.cursor, differing)
    if not fresh:
        return dg.SensorResult(skip_reason="live positions equal the books'", cursor=cursor)
    digest = sha256(" ".join([settled.anchor.text(), *fresh, failed]).encode()).hexdigest()
    return asked([Wanted(f"positions:{day}:{digest}", day)], cursor, alert_positions.name)


def _named(one: Disagreement) -> str:
    """Name what differs as a word of the cursor, which parts its words by blanks."""
    return f"{one.subject}|{one.asset}".replace(" ", "_")
