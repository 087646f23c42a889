"""Half-life: the prior before anything is seen, the truth after much, and never fooled by cuts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.confidence.half_life import HalfLife, Life, expiry_ns, half_life

SECOND = 10**9
lives = st.lists(st.builds(Life, st.integers(0, 10**12), st.booleans()))


def test_without_history_the_prior_is_the_answer():
    assert half_life([], 2 * SECOND) == HalfLife(2 * SECOND, 0, 0)


def test_much_history_outweighs_the_prior_even_where_watching_was_cut_short():
    drawn = random.Random(3)
    whole = [drawn.expovariate(0.693147 / (4 * SECOND)) for _ in range(4000)]
    cut = [Life(int(min(life, 3 * SECOND)), life <= 3 * SECOND) for life in whole]
    assert half_life(cut, SECOND).half_life_ns == pytest.approx(4 * SECOND, rel=0.06)


@given(lives, st.integers(1, 10**12))
def test_an_estimate_is_positive_and_counts_what_it_rests_on(history, prior):
    found = half_life(history, prior)
    assert found.half_life_ns >= 1
    assert found.seen == len(history) >= found.ends


@given(lives, st.integers(1, 10**12))
def test_one_more_end_at_once_never_lengthens_it(history, prior):
    shorter = half_life([*history, Life(0, has_ended=True)], prior)
    assert shorter.half_life_ns <= half_life(history, prior).half_life_ns


def test_expiry_is_a_half_life_within_what_is_useful():
    for measured, expected in ((1, 5), (7, 7), (100, 9)):
        assert expiry_ns(HalfLife(measured, 0, 0), least_ns=5, most_ns=9) == expected
