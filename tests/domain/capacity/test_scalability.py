"""The law comes back from points that follow it, and is withheld from points that cannot tell."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.capacity.scalability import LoadPoint, NotFitted, ScalabilityFit, fit
from domain.clock import SECOND_NS

SMALL = st.fractions(0, Fraction(1, 2), max_denominator=50)


def _point(rate: int, sigma: Fraction, kappa: Fraction, n: int) -> LoadPoint:
    """Measure for exactly as long as the law says `n` workers need for one item's multiple."""
    slow = 1 + sigma * (n - 1) + kappa * n * (n - 1)
    scale = slow.denominator
    return LoadPoint(n, rate * n * scale, int(slow * scale) * SECOND_NS)


@settings(max_examples=30)
@given(
    st.integers(1, 10**6),
    SMALL,
    SMALL,
    st.sets(st.integers(1, 64), min_size=3, max_size=6),
)
def test_a_law_is_recovered_exactly_from_points_on_it(rate, sigma, kappa, levels):
    law = fit([_point(rate, sigma, kappa, n) for n in levels])
    assert isinstance(law, ScalabilityFit)
    assert (law.lambda_per_s, law.sigma, law.kappa) == (rate, sigma, kappa)
    assert law.measured_up_to == max(levels)


@settings(max_examples=30)
@given(st.integers(1, 10**6), SMALL, SMALL.filter(bool))
def test_throughput_is_largest_beside_the_peak(rate, sigma, kappa):
    law = fit([_point(rate, sigma, kappa, n) for n in (1, 2, 8)])
    peak = law.peak_concurrency
    best = max(range(1, 80), key=law.throughput_per_s)
    assert best in (peak, peak + 1)


def test_without_crosstalk_there_is_no_peak():
    law = fit([_point(100, Fraction(1, 10), Fraction(0), n) for n in (1, 2, 4)])
    assert law.peak_concurrency is None


@pytest.mark.parametrize("levels", [(), (1,), (1, 1, 1), (2, 2, 3)])
def test_fewer_than_three_loads_give_no_law(levels):
    points = [_point(5, Fraction(0), Fraction(0), n) for n in levels]
    answer = fit(points)
    assert isinstance(answer, NotFitted)
    assert f"there are {len(set(levels))}" in answer.reason


def test_points_that_speed_up_beyond_linear_give_no_law():
    points = [LoadPoint(n, n * n * n, SECOND_NS) for n in (1, 2, 3)]
    assert isinstance(fit(points), NotFitted)


def test_a_point_without_items_or_time_says_nothing():
    points = [_point(5, Fraction(0), Fraction(0), n) for n in (1, 2)]
    assert isinstance(fit([*points, LoadPoint(3, 0, 9), LoadPoint(4, 9, 0)]), NotFitted)
