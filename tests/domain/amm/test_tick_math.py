"""Ticks and √prices: the recorded bits, the formula of the constants, each other's inverse."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.tick_math import (
    _POWERS_X128,
    MAX_SQRT_RATIO,
    MAX_TICK,
    MIN_SQRT_RATIO,
    MIN_TICK,
    sqrt_ratio_at_tick,
    tick_at_sqrt_ratio,
)
from domain.errors import InputRefused
from tests.kit.amm import recorded

ticks = st.integers(min_value=MIN_TICK, max_value=MAX_TICK)


def test_recorded_ratios_are_equal_to_the_bit():
    for tick, ratio in recorded("uniswap_vectors/v3core_tickmath.json")["tick_to_sqrt"]:
        assert sqrt_ratio_at_tick(tick) == int(ratio)


def test_recorded_ticks_are_equal():
    for ratio, tick in recorded("uniswap_vectors/v3core_tickmath.json")["sqrt_to_tick"]:
        assert tick_at_sqrt_ratio(int(ratio)) == tick


def test_the_constants_are_powers_of_the_tick_base_rounded_to_nearest():
    with localcontext() as context:
        context.prec = 120
        log = Decimal("1.0001").ln()
        for bit, power in enumerate(_POWERS_X128):
            exact = Decimal(2) ** 128 * (-log * 2**bit / 2).exp()
            assert abs(power - exact) < Decimal("0.5")


@given(ticks)
def test_a_tick_is_the_greatest_whose_ratio_is_not_above(tick):
    ratio = sqrt_ratio_at_tick(tick)
    if tick < MAX_TICK:
        assert tick_at_sqrt_ratio(ratio) == tick
    if tick > MIN_TICK:
        assert tick_at_sqrt_ratio(ratio - 1) == tick - 1


@given(ticks.filter(lambda tick: tick < MAX_TICK))
def test_ratios_grow_with_ticks(tick):
    assert sqrt_ratio_at_tick(tick) < sqrt_ratio_at_tick(tick + 1)


def test_the_ends_of_the_curve_are_the_contracts():
    assert sqrt_ratio_at_tick(MIN_TICK) == MIN_SQRT_RATIO
    assert sqrt_ratio_at_tick(MAX_TICK) == MAX_SQRT_RATIO
    assert tick_at_sqrt_ratio(MAX_SQRT_RATIO - 1) == MAX_TICK - 1


@pytest.mark.parametrize("tick", [MIN_TICK - 1, MAX_TICK + 1])
def test_ticks_beyond_the_curve_are_refused(tick):
    with pytest.raises(InputRefused):
        sqrt_ratio_at_tick(tick)


@pytest.mark.parametrize("ratio", [MIN_SQRT_RATIO - 1, MAX_SQRT_RATIO])
def test_prices_beyond_the_curve_are_refused(ratio):
    with pytest.raises(InputRefused):
        tick_at_sqrt_ratio(ratio)
