"""Days are locked from the first on and reopened from the last; a lock is known from then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY_NS, day_bounds_ns, utc_day
from domain.errors import Refused
from domain.ledger.periods import (
    PeriodMark,
    locked_days,
    open_from_ns,
    refuse_to_lock,
    refuse_to_reopen,
)

DAYS = [utc_day(DAY_NS * number) for number in range(20_000, 20_004)]


def _lawful(choices: list[tuple[bool, int]]) -> list[PeriodMark]:
    """Keep of the choices what the rules let happen."""
    marks: list[PeriodMark] = []
    for is_locked, at in choices:
        mark = PeriodMark(DAYS[at], is_locked, len(marks) + 1)
        try:
            if is_locked:
                refuse_to_lock(mark.day, DAYS, marks)
            else:
                refuse_to_reopen(mark.day, marks)
        except Refused:
            continue
        marks.append(mark)
    return marks


MARKS = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=30).map(_lawful)


@given(MARKS)
def test_locked_days_are_always_the_first_ones(marks: list[PeriodMark]):
    for known_ns in range(len(marks) + 2):
        locked = locked_days(marks, known_ns)
        assert locked == DAYS[: len(locked)]
        start_ns = day_bounds_ns(DAYS[len(locked)])[0] if len(locked) < 4 else None
        if locked and start_ns:
            assert open_from_ns(marks, known_ns) == start_ns


def test_nothing_locked_leaves_everything_open():
    assert open_from_ns([]) == 0
    assert locked_days([]) == []


@pytest.mark.parametrize(
    ("day", "closed", "why"),
    [
        (DAYS[0], [], "close this day first"),
        (DAYS[1], DAYS[:2], "lock the days before it first"),
    ],
)
def test_a_day_that_may_not_be_locked_is_refused(day, closed, why):
    with pytest.raises(Refused, match=why):
        refuse_to_lock(day, closed, [])


def test_a_locked_day_is_not_locked_again_and_only_the_last_is_reopened():
    marks = [PeriodMark(DAYS[0], True, 1), PeriodMark(DAYS[1], True, 2)]
    with pytest.raises(Refused, match="locked already"):
        refuse_to_lock(DAYS[0], DAYS, marks)
    with pytest.raises(Refused, match="reopen the days after it first"):
        refuse_to_reopen(DAYS[0], marks)
    with pytest.raises(Refused, match="not locked"):
        refuse_to_reopen(DAYS[2], marks)
    refuse_to_reopen(DAYS[1], marks)
