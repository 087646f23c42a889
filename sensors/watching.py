"""What every sensor looks through: the journal behind a cursor, the books, and what already runs.

Reading only; which runs follow is in `cursors.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from domain.clock import SECOND_NS, utc_day
from domain.home import DeskHome
from domain.ledger.periods import locked_days
from journal.reader import JournalReader
from orchestration.assets.report import settled_seq
from orchestration.clock import BooksClock
from orchestration.closing.periods import period_marks
from sensors.cursors import DESK, Noticed, Wanted, unsettled

PATIENCE_NS = 60 * SECOND_NS
"""After alerts failed to be journalled: whoever mends a full disk needs longer than a tick."""
BATCH = 1_000
"""Records a tick looks at; more wait for the next one, seconds later."""
WAITING = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
]
BUSY = [*WAITING, dg.DagsterRunStatus.STARTED]


def since(home: DeskHome, seq: int, kinds: Sequence[str]) -> list[Noticed]:
    """List records of some kinds after a sequence; none while there is no journal."""
    if not home.journal_db.exists():
        return []
    with JournalReader(home.journal_db) as reader:
        found = reader.read(seq, kinds=kinds, limit=BATCH)
    return [Noticed(record.seq, record.kind, record.recorded_ns) for record in found]


def is_desk_open(home: DeskHome) -> bool:
    """Ask whether the last that was said of the desk is that it opened."""
    seq, last = 0, ""
    while page := since(home, seq, DESK):
        seq, last = page[-1].seq, page[-1].kind
    return last == DESK[0]


def latest(home: DeskHome) -> Noticed | None:
    """Give the journal's last record; None while it is empty."""
    if not home.journal_db.exists():
        return None
    with JournalReader(home.journal_db) as reader:
        seq, _ = reader.head()
        found = reader.read(seq - 1, limit=1)
    return Noticed(found[0].seq, found[0].kind, found[0].recorded_ns) if found else None


def not_in_the_books(home: DeskHome, noticed: Sequence[Noticed]) -> list[Noticed]:
    """Leave out records that their day's published books were already made from."""
    days = {utc_day(one.recorded_ns) for one in noticed}
    return unsettled(noticed, {day: settled_seq(home, day) for day in days})


def of_open_days(home: DeskHome, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Leave out runs of locked days: nothing of them is written again."""
    locked = set(locked_days(period_marks(home)))
    return [one for one in wanted if one.day not in locked]


def is_busy(context: dg.SensorEvaluationContext, job: str) -> bool:
    """Ask whether a run of the job is waiting or working: what is new can then wait for it."""
    filters = dg.RunsFilter(job_name=job, statuses=BUSY)
    return context.instance.get_runs_count(filters) > 0


def is_waiting(context: dg.SensorEvaluationContext, job: str) -> bool:
    """Ask whether a run of the job waits for its turn: it will see all that is there by then."""
    filters = dg.RunsFilter(job_name=job, statuses=WAITING)
    return context.instance.get_runs_count(filters) > 0


def asked(wanted: Sequence[Wanted], cursor: str, job: str) -> dg.SensorResult:
    """Say which runs are asked for, and how far was looked."""
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(run_key=one.run_key, partition_key=one.day, job_name=job)
            for one in wanted
        ],
        cursor=cursor,
    )


def failed_run(context: dg.SensorEvaluationContext, job: str) -> str:
    """Name the job's last run if it failed, and did so a while ago; else nothing."""
    before_ns = BooksClock().now_ns() - PATIENCE_NS
    for record in context.instance.get_run_records(dg.RunsFilter(job_name=job), limit=1):
        ended_ns = int((record.end_time or 0) * SECOND_NS)
        if record.dagster_run.status is dg.DagsterRunStatus.FAILURE and ended_ns < before_ns:
            return record.dagster_run.run_id
    return ""
