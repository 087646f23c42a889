"""Notices executions that became final, and the closing of a desk: settle their day.

What settling is belongs to the graph; how many became final only decides whether to ask.
"""

import dagster as dg

from orchestration.jobs import settle_day
from orchestration.resources.desk import Desk
from sensors.cursors import FINALISED, moved, runs_for, sequence_of
from sensors.watching import asked, is_waiting, not_in_the_books, of_open_days, since


@dg.sensor(
    job=settle_day,
    minimum_interval_seconds=2,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for one settlement a day however many executions became final since.",
)
def finalised_executions(
    context: dg.SensorEvaluationContext, desk: Desk
) -> dg.SensorResult | dg.SkipReason:
    """Ask for the settlement of days with newly final executions."""
    seq = sequence_of(context.cursor)
    noticed = since(desk.home, seq, FINALISED)
    if not noticed:
        return dg.SkipReason("nothing became final since the last look")
    if is_waiting(context, settle_day.name):
        return dg.SkipReason("a settlement waits for its turn; what is new joins it")
    cursor, missing = str(moved(seq, noticed)), not_in_the_books(desk.home, noticed)
    if not missing:
        return dg.SensorResult(skip_reason="the books hold everything final", cursor=cursor)
    wanted = of_open_days(desk.home, runs_for(settle_day.name, missing))
    return asked(wanted, cursor, settle_day.name)
