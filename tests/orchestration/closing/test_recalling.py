"""What the books knew is still there: the bytes of that day, whatever was learned since."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from domain.audit.head import audit_head
from domain.clock import day_bounds_ns
from domain.errors import InputRefused
from domain.ledger.bitemporal import Notice, book, entries_booked, units_as_of
from orchestration.closing.bookings import append
from orchestration.closing.recalling import recall, recalled
from tests.kit.homes import a_home
from tests.kit.notices import DAYS, LATER_NS, LOCKS, NOTICES, START_NS, an_entry_at


@given(NOTICES, LOCKS)
def test_a_day_recalled_is_the_day_as_it_was_booked_then(notices, locks):
    whole = book(notices, locks)
    for number in range(len(notices) + 1):
        known_ns = LATER_NS + number
        then = book([one for one in notices if one.known_ns <= known_ns], locks)
        for day in DAYS:
            start_ns, end_ns = day_bounds_ns(day)
            found = recalled(day, whole, known_ns)
            counted = [one for one in then if start_ns <= one.booked_ns < end_ns]
            assert found.head == audit_head(entries_booked(counted))
            assert found.units == units_as_of(then, end_ns)


def test_a_day_on_disk_is_recalled_with_what_the_days_before_left(tmp_path: Path):
    home = a_home(tmp_path)
    next_ns = day_bounds_ns(DAYS[1])[0]
    told = [
        Notice(LATER_NS, "first", an_entry_at("first", START_NS, 5), ""),
        Notice(LATER_NS, "second", an_entry_at("second", next_ns, 7), ""),
        Notice(LATER_NS + 9, "second", an_entry_at("second", next_ns, 8), "amended"),
    ]
    append(home, book(told, []))
    before, after = (recall(home, DAYS[1], LATER_NS + later) for later in (0, 9))
    assert (before.head.size, after.head.size) == (1, 1)
    assert before.head != after.head
    assert [one.units["wallet:1", "eth"] for one in (before, after)] == [12, 13]
    nothing = recall(home, DAYS[1], LATER_NS - 1)
    assert (nothing.units, nothing.head.size, nothing.booked_ns) == ({}, 0, LATER_NS)


def test_a_day_nothing_is_booked_on_is_refused(tmp_path: Path):
    with pytest.raises(InputRefused, match="close this day first"):
        recall(a_home(tmp_path), DAYS[0], LATER_NS)
