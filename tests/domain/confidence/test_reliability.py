"""Reliability: perfect foresight scores 0, and the curve shows who said too much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.confidence.reliability import Stated, brier, reliability

histories = st.lists(st.builds(Stated, st.floats(0, 1), st.booleans()), min_size=1)


def test_without_history_there_is_no_score():
    assert brier([]) is None
    assert reliability([]) == []


def test_always_saying_a_half_scores_a_quarter():
    assert brier([Stated(0.5, True), Stated(0.5, False)]) == 0.25
    assert brier([Stated(1.0, True), Stated(0.0, False)]) == 0


@given(histories)
def test_every_statement_is_in_one_part_of_the_curve(history):
    curve = reliability(history)
    assert sum(part.size for part in curve) == len(history)
    assert all(part.low <= part.stated <= part.low + 0.1 + 1e-9 for part in curve)
    assert 0 <= brier(history) <= 1


def test_the_curve_shows_overconfidence():
    (part,) = reliability([Stated(0.95, at == 0) for at in range(10)])
    assert (part.low, part.size, part.realised) == (0.9, 10, 0.1)
