"""The ledger of a day, asked of what is booked: as known at an older instant, or as a balance now.

Bookings are appended and never rewritten, so what was known is still there. Profit is not recalled:
it stands on captures as well, which hold what the sources say now.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.audit.head import AuditHead, audit_head
from domain.clock import day_bounds_ns
from domain.errors import InputRefused
from domain.home import DeskHome
from domain.ledger.bitemporal import Booking, entries_booked, units_as_of
from domain.ledger.chart import AccountLine, trial_balance
from orchestration.closing.bookings import bookings_in
from orchestration.day import BOOKINGS
from orchestration.resources.lake import Lake


class Recalled(msgspec.Struct, frozen=True):
    """What the books said at an instant of a day's end.

    Args:
        head: Of the entries that counted in the day; what its close said then.
        units: (account, asset) -> base units our accounts held at the end of the day.
        booked_ns: When the first of what counts by the day's end was booked; before it nothing was
            known.
    """

    day: str
    known_ns: int
    head: AuditHead
    units: dict[tuple[str, str], int]
    booked_ns: int


def recall(home: DeskHome, day: str, known_ns: int) -> Recalled:
    """Give what was booked of a day, and held at its end, as known at an instant.

    Raises:
        InputRefused: Nothing is booked on the day.
    """
    return recalled(day, _booked_until(home, day), known_ns)


def tried(home: DeskHome, day: str) -> list[AccountLine]:
    """Give the trial balance of a day by what is known now.

    Raises:
        InputRefused: Nothing is booked on the day.
    """
    start_ns, _ = day_bounds_ns(day)
    log = _booked_until(home, day)
    return trial_balance(
        entries_booked([one for one in log if one.booked_ns >= start_ns]),
        entries_booked([one for one in log if one.booked_ns < start_ns]),
    )


def _booked_until(home: DeskHome, day: str) -> list[Booking]:
    days = Lake(home).days(BOOKINGS)
    if day not in days:
        raise InputRefused("close this day first; nothing is booked on it", day=day)
    return [one for at in days if at <= day for one in bookings_in(home, at)]


def recalled(day: str, log: Sequence[Booking], known_ns: int) -> Recalled:
    """Give the same of bookings: all that count up to the day's end, in any order of days."""
    start_ns, end_ns = day_bounds_ns(day)
    counting = [one for one in log if start_ns <= one.booked_ns < end_ns]
    head = audit_head(entries_booked(counting, known_ns))
    booked_ns = min((one.known_ns for one in log), default=0)
    return Recalled(day, known_ns, head, units_as_of(log, end_ns, known_ns), booked_ns)
