"""What learning something later changed: which days, by how much, why, and where it was booked.

A difference between the book as known at two instants, cut by the day it *happened* on. The value
is at the marks the day closed with; without one it is unknown and named, not smaller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from domain.clock import utc_day
from domain.ledger.bitemporal import FOREVER_NS, REVERSAL, Booking
from domain.ledger.types import is_own
from domain.pnl.equity import sum_known


class Restated(msgspec.Struct, frozen=True):
    """How one day's balance of one account changed by what was learned later.

    Args:
        day: When it happened.
        units: Now less before.
        booked_on: Days it counts in; the same day unless that was locked.
        causes: Of the facts behind it.
        reasons: Why they are not what they were.
        booking_ids: The bookings that did it.
    """

    day: str
    account: str
    asset: str
    units: int
    booked_on: tuple[str, ...]
    causes: tuple[str, ...]
    reasons: tuple[str, ...]
    booking_ids: tuple[str, ...]


class DayRestated(msgspec.Struct, frozen=True):
    """One day of a restatement; `value_usd_e24` is None when `missing` names what has no mark."""

    day: str
    changes: tuple[Restated, ...]
    value_usd_e24: int | None
    missing: tuple[str, ...]
    is_adjusted_later: bool


def restatement(
    log: Iterable[Booking], after_ns: int, until_ns: int = FOREVER_NS
) -> list[Restated]:
    """Say what became known in (after, until] and changes a balance.

    Args:
        log: The book, or the part of it that is asked about.
        after_ns: How far was known before.
        until_ns: How far is known now.

    Returns:
        Ordered by day, account and asset; what came and went again is not there.
    """
    found: defaultdict[tuple[str, str, str], list[tuple[Booking, int]]] = defaultdict(list)
    for one in log:
        if after_ns < one.known_ns <= until_ns:
            sign = -1 if one.kind == REVERSAL else 1
            for posting in one.fact.postings:
                if is_own(posting.account):
                    key = utc_day(one.fact.at_ns), posting.account, posting.asset
                    found[key].append((one, sign * posting.units))
    changes = (_restated(key, parts) for key, parts in sorted(found.items()))
    return [one for one in changes if one.units]


def _restated(key: tuple[str, str, str], parts: list[tuple[Booking, int]]) -> Restated:
    bookings = [one for one, _ in parts]
    return Restated(
        *key,
        units=sum(units for _, units in parts),
        booked_on=tuple(sorted({utc_day(one.booked_ns) for one in bookings})),
        causes=tuple(sorted({one.fact.cause for one in bookings})),
        reasons=tuple(sorted({one.reason for one in bookings if one.reason})),
        booking_ids=tuple(one.booking_id for one in bookings),
    )


def by_day(
    changes: Iterable[Restated], values: Mapping[tuple[str, str], int | None]
) -> list[DayRestated]:
    """Sum a restatement up by day.

    Args:
        changes: Of :func:`restatement`.
        values: (day, asset) -> book currency in 10^-24 for one base unit at the day's closing
            marks; None, or absent, when it has none.
    """
    grouped: defaultdict[str, list[Restated]] = defaultdict(list)
    for one in changes:
        grouped[one.day].append(one)
    return [_day(day, grouped[day], values) for day in sorted(grouped)]


def _day(
    day: str, changes: list[Restated], values: Mapping[tuple[str, str], int | None]
) -> DayRestated:
    worth = [(one, values.get((day, one.asset))) for one in changes]
    known = [None if value is None else one.units * value for one, value in worth]
    return DayRestated(
        day=day,
        changes=tuple(changes),
        value_usd_e24=sum_known(known),
        missing=tuple(sorted({f"a mark of {one.asset}" for one, v in worth if v is None})),
        is_adjusted_later=any(other != day for one in changes for other in one.booked_on),
    )
