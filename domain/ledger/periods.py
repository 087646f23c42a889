"""Which days are locked, as known at an instant, and which may be locked or reopened next.

Locks are a prefix of the days: a day is locked after every earlier one and reopened before them,
because each day opens with what the one before closed with. So one instant says it all: the open
period begins where the last locked day ends. Locking is a fact somebody decided; who may is not
decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from domain.clock import day_bounds_ns
from domain.errors import Refused


class PeriodMark(msgspec.Struct, frozen=True):
    """Somebody locked a day, or reopened it.

    Args:
        day: ``YYYY-MM-DD``.
        is_locked: False when it was reopened.
        decided_ns: When.
        decided_by: Who.
        reason: Why.
        audit_head: What the locked book hashes to; empty for a reopening.
    """

    day: str
    is_locked: bool
    decided_ns: int
    decided_by: str = ""
    reason: str = ""
    audit_head: str = ""


def locked_days(marks: Iterable[PeriodMark], known_ns: int | None = None) -> list[str]:
    """List the days that are locked, oldest first, as known at an instant or by now."""
    known = (one for one in marks if known_ns is None or one.decided_ns <= known_ns)
    last = {one.day: one.is_locked for one in sorted(known, key=lambda one: one.decided_ns)}
    return sorted(day for day, is_locked in last.items() if is_locked)


def open_from_ns(marks: Iterable[PeriodMark], known_ns: int | None = None) -> int:
    """Give the instant the open period begins at; 0 while no day is locked."""
    locked = locked_days(marks, known_ns)
    return int(day_bounds_ns(locked[-1])[1]) if locked else 0


def refuse_to_lock(day: str, closed: Sequence[str], marks: Iterable[PeriodMark]) -> None:
    """Make sure that a day may be locked.

    Args:
        day: Which.
        closed: Days whose close was published.
        marks: What was locked and reopened so far.

    Raises:
        Refused: It was not closed, is locked, or an earlier closed day is open.
    """
    locked = locked_days(marks)
    if day in locked:
        raise Refused("this day is locked already", day=day)
    if day not in closed:
        raise Refused("close this day first; a lock is on published books", day=day)
    earlier = [one for one in closed if one < day and one not in locked]
    if earlier:
        raise Refused("lock the days before it first", day=day, open=", ".join(sorted(earlier)))


def refuse_to_reopen(day: str, marks: Iterable[PeriodMark]) -> None:
    """Make sure that a day may be reopened.

    Raises:
        Refused: It is not locked, or a later day is.
    """
    locked = locked_days(marks)
    if day not in locked:
        raise Refused("this day is not locked", day=day)
    if day != locked[-1]:
        raise Refused("reopen the days after it first", day=day, last_locked=locked[-1])
