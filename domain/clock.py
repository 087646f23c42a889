"""Time as the house knows it: nanoseconds since the epoch, in UTC, from a clock that is handed in.

The readings of real clocks live at the rim (`live/aio/clock.py`); here are the protocol, the unit
and the arithmetic of days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NewType, Protocol

from domain.errors import InputRefused

Ns = NewType("Ns", int)
"""Nanoseconds since 1970-01-01T00:00:00Z, or a span of nanoseconds where the name says so."""

SECOND_NS = 1_000_000_000
DAY_NS = 86_400 * SECOND_NS


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now_ns(self) -> Ns:
        """Read the clock."""
        ...


class HandClock:
    """A clock that moves only when told to."""

    def __init__(self, start_ns: int = 0) -> None:
        self._now_ns = start_ns

    def now_ns(self) -> Ns:
        """Read the clock, which has not moved since it was last wound."""
        return Ns(self._now_ns)

    def wind(self, span_ns: int) -> None:
        """Move forward by a span; time does not run backwards.

        Raises:
            InputRefused: The span is negative.
        """
        if span_ns < 0:
            raise InputRefused("wind a clock forward only", span_ns=span_ns)
        self._now_ns += span_ns


def utc_day(ns: int) -> str:
    """Name the UTC day (``YYYY-MM-DD``) an instant falls in; days are half-open [start, end)."""
    return (date(1970, 1, 1) + timedelta(days=ns // DAY_NS)).isoformat()


def day_bounds_ns(day: str) -> tuple[Ns, Ns]:
    """Give the half-open span [start, end) of a UTC day.

    Raises:
        InputRefused: `day` is not ``YYYY-MM-DD``.
    """
    try:
        parsed = date.fromisoformat(day)
    except ValueError as error:
        raise InputRefused("write the day as YYYY-MM-DD", day=day) from error
    start = (parsed - date(1970, 1, 1)).days * DAY_NS
    return Ns(start), Ns(start + DAY_NS)


def iso_utc(ns: int) -> str:
    """Write an instant as ISO 8601 in UTC with nine decimals, for people and exports."""
    seconds, rest = divmod(ns, SECOND_NS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
