"""Cursors move over what was asked for exactly once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY_NS
from sensors.cursors import (
    SILENCE_NS,
    Noticed,
    appeared,
    moved,
    runs_for,
    sequence_of,
    silence,
    unsettled,
)
from tests.kit.clock import NOON_NS

DAY, NEXT_DAY = "2025-11-20", "2025-11-21"
STRETCH = st.lists(
    st.builds(Noticed, st.integers(1, 10**6), st.just("x"), st.integers(NOON_NS, NOON_NS + DAY_NS)),
    unique_by=lambda one: one.seq,
    max_size=20,
)


def noticed(seq: int, at_ns: int = NOON_NS) -> Noticed:
    return Noticed(seq, "execution.finalised", at_ns)


def test_many_records_of_one_day_ask_for_one_run():
    assert [one.day for one in runs_for("settle", [noticed(3), noticed(9), noticed(4)])] == [DAY]


def test_records_on_both_sides_of_midnight_ask_for_a_run_each():
    wanted = runs_for("settle", [noticed(3), noticed(4, NOON_NS + DAY_NS)])
    assert [one.day for one in wanted] == [DAY, NEXT_DAY]


def test_a_longer_stretch_is_another_run():
    first = runs_for("settle", [noticed(3)])
    longer = runs_for("settle", [noticed(3), noticed(4)])
    assert first[0].run_key != longer[0].run_key


@given(STRETCH)
def test_the_same_stretch_asks_for_the_same_runs_whatever_its_order(stretch: list[Noticed]):
    assert runs_for("settle", stretch) == runs_for("settle", stretch[::-1])


@given(st.integers(0, 10**6), STRETCH)
def test_a_cursor_never_moves_back(cursor: int, stretch: list[Noticed]):
    after = moved(cursor, stretch)
    assert after >= cursor
    assert all(one.seq <= after for one in stretch)


def test_what_the_published_books_were_made_from_is_not_asked_for_again():
    assert unsettled([noticed(3), noticed(4)], {DAY: 4}) == []


def test_what_became_final_after_the_published_books_is_asked_for():
    assert unsettled([noticed(3), noticed(9)], {DAY: 4}) == [noticed(9)]


def test_a_day_without_published_books_is_asked_for_however_much_was_captured():
    assert unsettled([noticed(3)], {}) == [noticed(3)]


def test_the_books_of_one_day_say_nothing_of_another():
    later = noticed(3, NOON_NS + DAY_NS)
    assert unsettled([later], {DAY: 4}) == [later]


@given(STRETCH, st.integers(0, 10**6))
def test_nothing_final_is_ever_left_out_that_no_books_hold(stretch: list[Noticed], seq: int):
    settled = {DAY: seq, NEXT_DAY: seq}
    left_out = [one for one in stretch if one not in unsettled(stretch, settled)]
    assert all(one.seq <= seq for one in left_out)


def test_no_cursor_is_the_beginning():
    assert sequence_of(None) == 0
    assert sequence_of("17") == 17


def test_an_open_desk_that_stands_still_is_noticed_once_a_stillness():
    last = noticed(8)
    first = silence(last, NOON_NS + SILENCE_NS, is_open=True)
    later = silence(last, NOON_NS + 5 * SILENCE_NS, is_open=True)
    assert first is not None
    assert first == later


def test_a_closed_desk_may_be_silent():
    assert silence(noticed(8), NOON_NS + SILENCE_NS, is_open=False) is None


def test_a_pause_is_not_silence():
    assert silence(noticed(8), NOON_NS + SILENCE_NS - 1, is_open=True) is None


def test_a_break_appears_once():
    cursor, fresh = appeared(None, {"a": "high", "b": "medium"})
    assert fresh == ["a", "b"]
    assert appeared(cursor, {"a": "high", "b": "medium"}) == (cursor, [])


def test_a_break_that_is_only_information_alerts_nobody_until_it_is_more():
    cursor, fresh = appeared("", {"a": "info"})
    assert fresh == []
    assert appeared(cursor, {"a": "high"})[1] == ["a"]


def test_a_break_that_went_and_came_back_appears_again():
    cursor, _ = appeared("", {"a": "high"})
    cursor, _ = appeared(cursor, {})
    assert appeared(cursor, {"a": "high"})[1] == ["a"]
