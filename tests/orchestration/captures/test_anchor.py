"""One anchor a day: the desk's closing, else the last block of a day that is over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orchestration.captures.anchor import last_block_before, last_closing
from tests.kit.facts import fact


def test_an_open_desk_has_no_closing():
    assert last_closing([fact("desk.opened")]) is None


def test_a_closed_desk_has_its_last_closing():
    first, second = fact("desk.closed", closed_ns=1), fact("desk.closed", closed_ns=2)
    assert last_closing([fact("desk.opened"), first, second]) == second


def test_a_desk_that_resumed_is_open_again():
    assert last_closing([fact("desk.closed"), fact("desk.opened")]) is None


@given(st.lists(st.integers(1, 5), min_size=2, max_size=60), st.data())
def test_the_last_block_before_an_instant_is_older_and_the_next_is_not(gaps, data):
    times = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    end_s = data.draw(st.integers(times[0] + 1, times[-1] + 10))
    found = last_block_before(end_s, 0, len(times) - 1, lambda n: times[n])
    assert times[found] < end_s
    assert found == len(times) - 1 or times[found + 1] >= end_s
