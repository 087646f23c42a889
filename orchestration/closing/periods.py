"""Which days of a desk are locked: decided by people, remembered in the journal, held to by steps.

A lock is on published books; nothing of a locked day is written again until it is reopened. What is
learned of it later is booked in the open period, which `restating.py` does.
"""

from __future__ import annotations

import msgspec

from domain.clock import Clock
from domain.errors import Refused
from domain.home import DeskHome
from domain.ledger.periods import PeriodMark, locked_days, refuse_to_lock, refuse_to_reopen
from journal.entry import Entry
from journal.post import post
from journal.reader import JournalReader
from journal.records import PeriodMarked
from orchestration.captures.anchor import STILL_RUNNING, day_anchor
from orchestration.day import CLOSE
from orchestration.resources.lake import read_parquet
from orchestration.resources.warehouse import mart_path


def period_marks(home: DeskHome) -> list[PeriodMark]:
    """Read what was locked and reopened, oldest first; nothing while there is no journal."""
    if not home.journal_db.exists():
        return []
    with JournalReader(home.journal_db) as reader:
        facts = [one.fact() for one in reader.read(kinds=[PeriodMarked.KIND], limit=_EVERYTHING)]
    return [
        PeriodMark(
            one.period, one.is_locked, one.decided_ns, one.decided_by, one.reason, one.audit_head
        )
        for one in facts
        if isinstance(one, PeriodMarked)
    ]


_EVERYTHING = 1_000_000
"""More days than anyone locks."""


def is_locked(home: DeskHome, day: str) -> bool:
    """Ask whether a day is locked now."""
    return day in locked_days(period_marks(home))


def refuse_locked(home: DeskHome, day: str) -> None:
    """Keep a locked day from being written.

    Raises:
        Refused: It is locked.
    """
    if is_locked(home, day):
        raise Refused(
            "this day is locked; see what is new with `alphapulse close restate`, or reopen it",
            day=day,
        )


def closed_days(home: DeskHome) -> list[str]:
    """List the days whose close was published, oldest first."""
    folders = (home.marts / CLOSE).glob("day=*")
    return sorted(one.name.removeprefix("day=") for one in folders)


def lock_day(home: DeskHome, day: str, clock: Clock, *, by: str, reason: str) -> PeriodMark:
    """Lock a published day.

    Raises:
        Refused: It was not closed, still goes on, is locked already, or an earlier closed day is
            open.
    """
    refuse_to_lock(day, closed_days(home), period_marks(home))
    if day_anchor(home, day).reason == STILL_RUNNING:
        raise Refused("this day still goes on; close and lock it when it is over", day=day)
    head = str(read_parquet(mart_path(home, CLOSE, day))[0]["audit_head"])
    now_ns = clock.now_ns()
    mark = PeriodMark(day, is_locked=True, decided_ns=now_ns, decided_by=by, reason=reason)
    return _remember(home, clock, msgspec.structs.replace(mark, audit_head=head))


def reopen_day(home: DeskHome, day: str, clock: Clock, *, by: str, reason: str) -> PeriodMark:
    """Reopen the last locked day.

    Raises:
        Refused: It is not locked, or a later day is.
    """
    refuse_to_reopen(day, period_marks(home))
    now_ns = clock.now_ns()
    mark = PeriodMark(day, is_locked=False, decided_ns=now_ns, decided_by=by, reason=reason)
    return _remember(home, clock, mark)


def _remember(home: DeskHome, clock: Clock, mark: PeriodMark) -> PeriodMark:
    fact = PeriodMarked(
        period=mark.day,
        is_locked=mark.is_locked,
        decided_by=mark.decided_by,
        reason=mark.reason,
        audit_head=mark.audit_head,
        decided_ns=mark.decided_ns,
    )
    post(home, clock, Entry(fact, mark.decided_ns))
    return mark
