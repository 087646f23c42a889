"""Two pools: no free money where prices agree, and no better size where they do not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amm.pair_pool import PairPool
from domain.arbitrage.dex_dex import best_edge, has_crossed, profit_units
from domain.arbitrage.edge import BELOW_MINIMUM, NO_EDGE, Edge, Terms
from tests.kit.amm import a_pair, a_v3_pool

ETH, USDC, USD = 10**18, 10**6, 10**24
FREE = Terms(mark_e6=3000_000000, gas_wei=0, min_net_usd_e24=0, max_notional_usd_e24=10**12 * USD)
bases = st.integers(min_value=ETH, max_value=10_000 * ETH)
prices = st.integers(min_value=100, max_value=10_000)
fees = st.sampled_from([500, 3000, 10_000])


def _v3(tick: int = -196_250) -> PairPool:
    return PairPool("univ3", True, 18, 6, a_v3_pool(tick))


@settings(deadline=None)
@given(bases, bases, prices, fees, fees)
def test_pools_that_agree_offer_no_free_money(base_a, base_b, price, fee_a, fee_b):
    a = a_pair(base_a, base_a * price // 10**12, fee_a)
    b = a_pair(base_b, base_b * price // 10**12, fee_b)
    assert not has_crossed(a, b) or not has_crossed(b, a)
    for buy, sell in ((a, b), (b, a)):
        for units in (1, base_a // 1000, base_a // 10):
            gain = profit_units(buy, sell, units)
            assert gain is None or gain <= 0


@settings(deadline=None)
@given(bases, bases, prices, prices)
def test_no_profit_is_ever_found_both_ways_round(base_a, base_b, price_a, price_b):
    a = a_pair(base_a, base_a * price_a // 10**12)
    b = a_pair(base_b, base_b * price_b // 10**12)
    there, back = best_edge(a, b, FREE), best_edge(b, a, FREE)
    assert not (isinstance(there, Edge) and isinstance(back, Edge))


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=-196_800, max_value=-195_700))
def test_an_edge_with_a_concentrated_pool_has_no_better_neighbour(tick):
    v2, v3 = a_pair(300 * ETH, 900_000 * USDC), _v3(tick)
    for buy, sell in ((v2, v3), (v3, v2)):
        edge = best_edge(buy, sell, replace(FREE, max_notional_usd_e24=10**6 * USD))
        if isinstance(edge, Edge):
            size = edge.buy.base_units
            best = profit_units(buy, sell, size)
            assert best > 0
            for step in (1, 10**9, 10**12, 10**15):
                assert (profit_units(buy, sell, size + step) or 0) <= best + 2
                assert (profit_units(buy, sell, max(size - step, 1)) or 0) <= best + 2


def test_an_edge_says_exactly_what_the_contracts_would_move():
    buy = a_pair(300 * ETH, 900_000 * USDC, venue="univ2-a")
    sell = a_pair(300 * ETH, 930_000 * USDC, venue="univ2-b")
    edge = best_edge(buy, sell, FREE)
    assert isinstance(edge, Edge)
    size = edge.buy.base_units
    assert edge.sell.base_units == size
    assert edge.buy.quote_units == buy.cost_units(size)
    assert edge.sell.quote_units == sell.proceeds_units(size)
    gain_units = edge.sell.quote_units - edge.buy.quote_units
    assert edge.expectation.net_usd_e24 == gain_units * 10**18
    assert edge.buy.top_price_e6 == 3000_000000 < edge.buy.quote_price_e6
    assert edge.sell.top_price_e6 == 3100_000000 > edge.sell.quote_price_e6


def test_gas_can_eat_an_edge():
    buy, sell = a_pair(300 * ETH, 900_000 * USDC), a_pair(300 * ETH, 910_000 * USDC)
    assert isinstance(best_edge(buy, sell, FREE), Edge)
    dear = Terms(FREE.mark_e6, ETH, 0, FREE.max_notional_usd_e24)
    assert best_edge(buy, sell, dear) is BELOW_MINIMUM


def test_fees_can_eat_a_difference():
    buy, sell = a_pair(300 * ETH, 900_000 * USDC), a_pair(300 * ETH, 905_000 * USDC)
    assert best_edge(buy, sell, FREE) is NO_EDGE


def test_the_notional_bounds_the_size():
    buy, sell = a_pair(300 * ETH, 900_000 * USDC), a_pair(300 * ETH, 990_000 * USDC)
    bounded = Terms(FREE.mark_e6, 0, 0, 3000 * USD)
    edge = best_edge(buy, sell, bounded)
    assert isinstance(edge, Edge)
    assert 0 <= ETH - edge.buy.base_units < 10**9


@settings(deadline=None)
@given(bases, st.integers(min_value=102, max_value=120), st.integers(min_value=2, max_value=9))
def test_pools_scaled_alike_scale_the_gain(base, percent, scale):
    def gain(factor: int) -> int:
        buy = a_pair(base * factor, base * factor // 10**9)
        sell = a_pair(base * factor, base * factor // 10**9 * percent // 100)
        edge = best_edge(buy, sell, FREE)
        return edge.expectation.gross_usd_e24 if isinstance(edge, Edge) else 0

    assert abs(gain(scale) - scale * gain(1)) <= 20 * scale * 10**18
