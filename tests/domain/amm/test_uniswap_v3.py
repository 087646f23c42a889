"""V3 pools as contracts: recorded quotes, what fees become, and what a position puts in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.concentrated import Concentrated
from domain.amm.pool import Fill, Reverts, quote_in, quote_out, swapped
from domain.amm.tick_math import MIN_SQRT_RATIO
from domain.amm.uniswap_v3 import UniswapV3, minted_units
from domain.money import PIPS
from tests.kit.amm import pool_of, recorded
from tests.kit.pools import a_v3, uniswap_v3_pools

Q128 = 1 << 128
sizes = st.integers(min_value=1, max_value=10**22)
directions = st.sampled_from([(0, 1), (1, 0)])


@given(uniswap_v3_pools(), sizes, directions)
def test_the_protocols_share_never_changes_what_a_swap_pays(pool, units, coins):
    without = replace(pool, fee_protocol=(0, 0))
    taken, given_ = (quote_in(side, *coins, units) for side in (pool, without))
    assert taken == given_


@given(st.integers(1, 10**13), directions, st.sampled_from([4, 6, 10]))
def test_inside_a_range_the_fee_is_split_between_protocol_and_liquidity(units, coins, part):
    whole = UniswapV3(a_v3(liquidity=10**26).curve)
    shared = replace(whole, fee_protocol=(part, part)).swapped(*coins, units)
    fee, rest = (
        done.fee_growth_x128 * whole.curve.liquidity // Q128 + 1
        for done in (whole.swapped(*coins, units), shared)
    )
    assert shared.protocol_units == fee // part
    assert abs(fee - rest - shared.protocol_units) <= 1


@given(uniswap_v3_pools(), sizes, directions)
def test_growth_and_collected_fees_are_kept_by_the_coin_that_went_in(pool, units, coins):
    done = swapped(pool, *coins, units)
    assert isinstance(done, Fill)
    sold, bought = coins
    assert done.after.fee_growth_x128[bought] == done.after.protocol_units[bought] == 0
    if pool.curve.fee_pips and units > PIPS:
        assert done.after.fee_growth_x128[sold] > 0


def test_growth_wraps_around_at_a_word():
    pool = replace(a_v3(), fee_growth_x128=((1 << 256) - 1, 0))
    done = swapped(pool, 0, 1, 10**18)
    assert isinstance(done, Fill)
    assert done.after.fee_growth_x128[0] == pool.swapped(0, 1, 10**18).fee_growth_x128 - 1


def test_what_positions_put_in_is_what_was_recorded():
    vectors = recorded("uniswap_vectors/v3core_swaps.json")
    for vector in vectors:
        curve, expected = pool_of(vector["pool"]), vector["expected"]
        minted = [
            minted_units(curve, place["tick_lower"], place["tick_upper"], int(place["liquidity"]))
            for place in vector["pool"]["positions"]
        ]
        total = (sum(first for first, _ in minted), sum(second for _, second in minted))
        names = ("poolBalance0", "poolBalance1") if "swapError" in expected else None
        names = names or ("amount0Before", "amount1Before")
        assert total == tuple(int(expected[name]) for name in names), vector["id"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (quote_in(a_v3(), 0, 1, 0), "(AS)"),
        (quote_in(a_v3(), 0, 1, 1 << 255), "255-bit"),
        (quote_out(UniswapV3(Concentrated(0, 0, 0, (), 500, 10)), 0, 1, 5), "(LOK)"),
        (quote_in(a_v3(sqrt_price_x96=MIN_SQRT_RATIO, tick=-887_272), 0, 1, 5), "(SPL)"),
        (quote_in(UniswapV3(Concentrated(1 << 96, 0, 0, (), 500, 10)), 0, 1, 5), "that way"),
        (quote_out(UniswapV3(Concentrated(1 << 96, 0, 0, (), 500, 10)), 1, 0, 5), "that way"),
    ],
)
def test_what_the_pool_refuses_is_a_revert_by_name(answer, code):
    assert isinstance(answer, Reverts)
    assert code in answer.reason


def test_past_its_end_the_curve_takes_what_it_can():
    pool = a_v3()
    end = swapped(pool, 0, 1, 10**40)
    assert isinstance(end, Fill)
    assert end.in_units < 10**40
    assert end.out_units == quote_in(pool, 0, 1, 10**41)
