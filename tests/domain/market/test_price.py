"""Prices in millionths: exact where they can be, rounded against us where they cannot."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.market.price import BUY, SELL, average_price_e6

units = st.integers(min_value=1, max_value=10**24)


@given(units, units)
def test_a_price_brackets_the_exact_ratio_within_a_millionth(base, quote):
    exact = Fraction(quote * 10**18, base * 10**6) * 10**6
    low = average_price_e6(SELL, base, 18, quote, 6)
    high = average_price_e6(BUY, base, 18, quote, 6)
    assert low <= exact <= high <= low + 1


def test_whole_prices_are_the_same_on_both_sides():
    for side in (BUY, SELL):
        assert average_price_e6(side, 2 * 10**10, 10, 6000 * 10**8, 8) == 3000_000000


@pytest.mark.parametrize(("side", "base"), [("hold", 1), (BUY, 0)])
def test_only_buys_and_sells_of_something_have_a_price(side, base):
    with pytest.raises(InputRefused):
        average_price_e6(side, base, 18, 1, 6)
