"""The immutable book on disk: bookings in the partition of the day they count in.

So nothing of a locked day's partition is ever written again: what is learned of it later counts,
and therefore lies, in another. Reading and appending alone; what is booked is `domain.ledger`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from domain.clock import day_bounds_ns, utc_day
from domain.home import DeskHome
from domain.ledger.bitemporal import Booking, book, facts_standing, notices_of
from domain.ledger.types import Entry
from orchestration.closing.periods import period_marks
from orchestration.day import BOOKINGS
from orchestration.incremental import appended
from orchestration.resources.lake import Lake, struct_table


def bookings_in(home: DeskHome, day: str) -> list[Booking]:
    """Read what counts in a day, in the order it became known."""
    return Lake(home).load(BOOKINGS, day, Booking)


def bookings_about(home: DeskHome, day: str) -> list[Booking]:
    """Read what is booked of a day's facts, wherever it counts, in the order it became known."""
    start_ns, end_ns = day_bounds_ns(day)
    found = [
        one
        for later in Lake(home).days(BOOKINGS)
        if later >= day
        for one in bookings_in(home, later)
        if start_ns <= one.fact.at_ns < end_ns
    ]
    return sorted(found, key=lambda one: one.known_ns)  # stable: a partition keeps its order


def learn(
    home: DeskHome, day: str, entries: Iterable[Entry], now_ns: int, late: str = ""
) -> list[Booking]:
    """Work out what a new view of a day's facts adds to the book; nothing is written.

    Args:
        home: The desk.
        day: Whose facts.
        entries: What stands now.
        now_ns: When the view was made; never earlier than anything known.
        late: Why what is new was not known before.
    """
    log = bookings_about(home, day)
    known_ns = max([now_ns, *(one.known_ns + 1 for one in log[-1:])])
    notices = notices_of(facts_standing(log), entries, known_ns, late)
    return book(notices, period_marks(home), log)


def append(home: DeskHome, learned: Iterable[Booking]) -> list[str]:
    """Add bookings to the partitions they count in.

    Returns:
        The days that were written, oldest first.
    """
    by_day: defaultdict[str, list[Booking]] = defaultdict(list)
    for one in learned:
        by_day[utc_day(one.booked_ns)].append(one)
    lake = Lake(home)
    for day, new in by_day.items():
        known = lake.table(BOOKINGS, day, ["booking_id"])
        have = set() if known is None else set(known["booking_id"].to_pylist())
        added = [one for one in new if one.booking_id not in have]
        appended.append(lake, BOOKINGS, day, struct_table(Booking, added))
    return sorted(by_day)
