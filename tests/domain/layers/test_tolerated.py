"""Small differences that all lean one way, or add up, are seen; noise around nothing is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layers.tolerated import Accepted, leans

UNIT_E24 = 10**24
DIFFERENCES = st.lists(
    st.builds(Accepted, st.sampled_from("ab"), st.integers(-9, 9), st.none() | st.integers(-9, 9))
)


def worth(*amounts: int) -> list[Accepted]:
    return [Accepted("a", amount, amount * UNIT_E24) for amount in amounts]


@given(DIFFERENCES, st.randoms(use_true_random=False))
def test_every_difference_is_counted_once_in_any_order(accepted, shuffler):
    told = leans(accepted, 5)
    assert sum(one.differences for one in told) == sum(bool(one.units) for one in accepted)
    assert sum(one.units for one in told) == sum(one.units for one in accepted)
    shuffler.shuffle(accepted)
    assert leans(accepted, 5) == told


def test_differences_within_the_budget_on_both_sides_are_noise():
    (lean,) = leans(worth(1, -1, 2, -2, 1, -1), 5 * UNIT_E24)
    assert (lean.is_over, lean.is_one_sided, lean.value_usd_e24) == (False, False, 0)


@pytest.mark.parametrize(("sum_usd", "is_over"), [(5, False), (6, True), (-5, False), (-6, True)])
def test_a_sum_beyond_the_budget_is_over_whatever_its_sign(sum_usd: int, is_over: bool):
    (lean,) = leans(worth(sum_usd), 5 * UNIT_E24)
    assert lean.is_over is is_over


@pytest.mark.parametrize(("count", "is_one_sided"), [(10, False), (11, True)])
def test_a_leak_is_one_sided_long_before_it_is_large(count: int, is_one_sided: bool):
    (lean,) = leans([Accepted("a", 1, 1)] * count, UNIT_E24)
    assert (lean.is_over, lean.is_one_sided) == (False, is_one_sided)


def test_a_sum_that_is_not_known_is_not_within_the_budget():
    (lean,) = leans([Accepted("a", 1, None), *worth(1)], 10**30)
    assert (lean.value_usd_e24, lean.is_over) == (None, True)
