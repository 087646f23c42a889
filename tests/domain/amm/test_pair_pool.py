"""A pool as a market for a pair: the same answers whichever token the contract put first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.pair_pool import PairPool
from domain.market.price import BUY, SELL
from tests.kit.amm import a_pair, a_v3_pool

ETH = 10**18


@given(
    st.integers(min_value=ETH, max_value=1000 * ETH),
    st.integers(min_value=10**9, max_value=10**13),
    st.integers(min_value=1, max_value=ETH),
)
def test_the_order_of_the_tokens_does_not_matter(base, quote, units):
    first = a_pair(base, quote)
    second = a_pair(base, quote, is_base_token0=False)
    for side in (BUY, SELL):
        assert first.quote_units(side, units) == second.quote_units(side, units)
        assert first.spot_price_e6(side) == second.spot_price_e6(side)


@given(st.integers(min_value=1, max_value=100 * ETH))
def test_buying_costs_at_least_what_selling_pays(units):
    pool = a_pair(300 * ETH, 900_000 * 10**6)
    assert pool.cost_units(units) >= pool.proceeds_units(units)


def test_spot_is_the_ratio_of_reserves_rounded_against_us():
    pool = a_pair(3 * ETH, 10_000 * 10**6)
    assert pool.spot_price_e6(SELL) == 3333_333333
    assert pool.spot_price_e6(BUY) == 3333_333334


def test_a_concentrated_pool_prices_in_the_same_unit():
    pool = PairPool("univ3", True, 18, 6, a_v3_pool(tick=-196_250))
    assert pool.spot_price_e6(SELL) == pytest.approx(3003_000000, rel=0.01)
    assert pool.cost_units(10**16) > pool.proceeds_units(10**16)
