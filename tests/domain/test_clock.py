"""Time: days are half-open, clocks go forward, instants are written with every nanosecond."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY_NS, SECOND_NS, HandClock, day_bounds_ns, iso_utc, utc_day
from domain.errors import InputRefused

instants = st.integers(0, 4_000_000_000 * SECOND_NS)


@given(instants)
def test_an_instant_lies_in_the_day_that_is_named_for_it(ns):
    start, end = day_bounds_ns(utc_day(ns))
    assert start <= ns < end
    assert end - start == DAY_NS


@given(st.dates(date(1970, 1, 1), date(2200, 1, 1)))
def test_a_day_starts_in_itself_and_ends_in_the_next(day):
    start, end = day_bounds_ns(day.isoformat())
    assert utc_day(start) == utc_day(end - 1) == day.isoformat()
    assert utc_day(end) != day.isoformat()


@given(instants)
def test_an_instant_is_written_with_every_nanosecond(ns):
    written = iso_utc(ns)
    whole, rest = written.rstrip("Z").split(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    assert seconds * SECOND_NS + int(rest) == ns


@pytest.mark.parametrize("day", ["", "2025-13-01", "yesterday", "2025-02-30", "01/02/2025"])
def test_a_day_written_otherwise_is_refused(day):
    with pytest.raises(InputRefused):
        day_bounds_ns(day)


@given(st.lists(st.integers(0, 10**12)))
def test_a_hand_clock_stands_until_it_is_wound(spans):
    clock = HandClock(5)
    for span in spans:
        clock.wind(span)
    assert clock.now_ns() == clock.now_ns() == 5 + sum(spans)


def test_time_does_not_run_backwards():
    with pytest.raises(InputRefused):
        HandClock().wind(-1)
