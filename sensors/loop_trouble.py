"""Notices that the loop missed something or fell silent: reconcile the day.

A gap in what was heard is a reason to compare, not a difference.
"""

import dagster as dg

from orchestration.clock import BooksClock
from orchestration.jobs import reconcile_hour
from orchestration.resources.desk import Desk
from sensors.cursors import TROUBLE, moved, runs_for, sequence_of, silence
from sensors.watching import asked, is_busy, is_desk_open, latest, of_open_days, since


@dg.sensor(
    job=reconcile_hour,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for a reconciliation after a gap, or a minute's silence, of the loop.",
)
def loop_trouble(
    context: dg.SensorEvaluationContext, desk: Desk
) -> dg.SensorResult | dg.SkipReason:
    """Ask for a reconciliation of days in which the loop missed something."""
    seq = sequence_of(context.cursor)
    noticed = since(desk.home, seq, TROUBLE)
    still = silence(latest(desk.home), BooksClock().now_ns(), is_open=is_desk_open(desk.home))
    heard = [*runs_for("gap", noticed), *([still] if still else [])]
    wanted, cursor = of_open_days(desk.home, heard), str(moved(seq, noticed))
    if not wanted:  # what is missing from locked days alone is passed over, not waited at
        return dg.SensorResult(skip_reason="the loop hears everything", cursor=cursor)
    if is_busy(context, reconcile_hour.name):
        return dg.SkipReason("a reconciliation is running; what is new joins the next one")
    return asked(wanted, cursor, reconcile_hour.name)
