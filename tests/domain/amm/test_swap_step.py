"""One step of a V3 swap: never pays too much, never asks too little, never passes its target."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.swap_step import (
    amount0_units,
    amount1_units,
    price_after_input,
    price_after_output,
    swap_step,
)
from domain.amm.tick_math import Q96, sqrt_ratio_at_tick
from domain.errors import InsufficientLiquidity

prices = st.integers(min_value=-400_000, max_value=400_000).map(sqrt_ratio_at_tick)
liquidities = st.integers(min_value=1, max_value=2**100)
amounts = st.integers(min_value=1, max_value=2**90)
fees = st.sampled_from([100, 500, 3000, 10_000])


@given(prices, prices, liquidities)
def test_rounding_up_is_at_most_a_unit_more_than_rounding_down_a_division(a, b, liquidity):
    for measure, most in ((amount0_units, 2), (amount1_units, 1)):
        down = measure(a, b, liquidity, round_up=False)
        assert down <= measure(a, b, liquidity, round_up=True) <= down + most
        assert measure(b, a, liquidity, round_up=False) == down


@given(prices, prices, liquidities, amounts, fees)
def test_an_exact_input_is_used_up_or_the_target_is_reached(start, target, liquidity, units, fee):
    step = swap_step(start, target, liquidity, units, fee)
    assert min(start, target) <= step.sqrt_price_x96 <= max(start, target)
    assert step.in_units + step.fee_units <= units
    if step.sqrt_price_x96 != target:
        assert step.in_units + step.fee_units == units


@given(prices, prices, liquidities, amounts, fees)
def test_an_exact_output_is_never_exceeded(start, target, liquidity, units, fee):
    step = swap_step(start, target, liquidity, -units, fee)
    assert step.out_units <= units
    if step.sqrt_price_x96 != target:
        assert step.out_units == units
    assert step.fee_units * (1_000_000 - fee) >= step.in_units * fee


@given(prices, liquidities, amounts)
def test_more_input_moves_the_price_further(price, liquidity, units):
    for zero_for_one, sign in ((True, -1), (False, 1)):
        little = price_after_input(price, liquidity, units, zero_for_one=zero_for_one)
        much = price_after_input(price, liquidity, 2 * units, zero_for_one=zero_for_one)
        assert sign * price <= sign * little <= sign * much


def test_an_amount_of_nothing_leaves_the_price():
    assert price_after_input(Q96, 10**18, 0, zero_for_one=True) == Q96


def test_a_product_beyond_256_bits_takes_the_contracts_other_formula():
    price, units, liquidity = Q96 << 60, 1 << 130, 10**18
    scaled = liquidity * Q96
    after = price_after_input(price, liquidity, units, zero_for_one=True)
    assert after == -(-scaled // (scaled // price + units))


@pytest.mark.parametrize("zero_for_one", [True, False])
def test_a_range_cannot_pay_more_than_it_holds(zero_for_one):
    with pytest.raises(InsufficientLiquidity):
        price_after_output(Q96, 10, 10**9, zero_for_one=zero_for_one)


def test_without_liquidity_a_step_goes_straight_to_its_target():
    assert swap_step(Q96, 2 * Q96, 0, 10**18, 500) == (2 * Q96, 0, 0, 0)
