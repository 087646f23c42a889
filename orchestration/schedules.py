"""When the books run whether or not anything was noticed: hourly, and daily after midnight.

Times are UTC. What was noticed is the sensors' business.
"""

import dagster as dg

from domain.clock import utc_day
from orchestration.jobs import daily_close, reconcile_hour
from orchestration.partitions import day_before

NS_PER_S = 1_000_000_000


def partition_of_hour(scheduled_s: float) -> str:
    """Name the day the hour before an instant belongs to."""
    return utc_day((int(scheduled_s) - 1) * NS_PER_S)


@dg.schedule(
    job=reconcile_hour,
    cron_schedule="2 * * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Reconciles the hour that ended, two minutes after it.",
)
def hourly_reconciliation(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the reconciliation of the hour's day."""
    at_s = context.scheduled_execution_time.timestamp()
    hour = int(at_s) // 3600
    return dg.RunRequest(run_key=f"hour-{hour}", partition_key=partition_of_hour(at_s - 180))


@dg.schedule(
    job=daily_close,
    cron_schedule="10 0 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Closes yesterday, ten minutes after it ended: its last block is final by then.",
)
def closing_time(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the close of the day that ended."""
    today = utc_day(int(context.scheduled_execution_time.timestamp()) * NS_PER_S)
    return dg.RunRequest(run_key=f"close-{today}", partition_key=day_before(today))


SCHEDULES = [hourly_reconciliation, closing_time]
