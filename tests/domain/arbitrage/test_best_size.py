"""The best size: no neighbour is better, whatever the roundings, and the true optimum is near."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.arbitrage.best_size import best_size
from domain.arbitrage.dex_dex import profit_units
from tests.kit.amm import a_pair

small = st.integers(min_value=10, max_value=3_000)
deep = st.integers(min_value=10**18, max_value=10**24)


def _profit(buy, sell):
    return lambda units: profit_units(buy, sell, units)


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(1, 400), st.integers(1, 50))
def test_a_smooth_curve_is_climbed_to_its_very_top(top, limit, steepness):
    def curve(units: int) -> int:
        return -steepness * (units - top) ** 2

    assert best_size(curve, limit) == max(1, min(top, limit))


@settings(deadline=None)
@given(small, small, small, small)
def test_on_small_pools_the_answer_is_within_rounding_of_trying_every_size(b0, q0, b1, q1):
    profit = _profit(a_pair(b0, q0), a_pair(b1, q1))
    found = best_size(profit, b0 - 1)
    tried = [value for size in range(1, b0) if (value := profit(size)) is not None]
    assert found is not None
    assert max(tried) - profit(found) <= 3


@settings(deadline=None)
@given(deep, deep, deep, deep, st.integers(min_value=1, max_value=10**24))
def test_no_neighbour_is_better_and_one_less_is_worse(b0, q0, b1, q1, limit):
    profit = _profit(a_pair(b0, q0), a_pair(b1, q1))
    size = best_size(profit, limit)
    assert size is not None
    assert 1 <= size <= limit
    best = profit(size)
    above = profit(size + 1) if size < limit else None
    below = profit(size - 1) if size > 1 else None
    assert above is None or above <= best
    assert below is None or below < best


def test_a_size_that_nothing_can_fill_has_no_answer():
    assert best_size(lambda _: None, 10) is None
    assert best_size(lambda size: size, 0) is None


def test_beyond_what_can_be_filled_nothing_is_tried():
    assert best_size(lambda size: size if size <= 37 else None, 10**18) == 37
