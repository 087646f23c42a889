"""V4 pools: equal to executed v4-core, its fee composed as deployed, its quoter strict."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.concentrated import Concentrated
from domain.amm.pool import Fill, Reverts, quote_in, quote_out, swapped
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4, swap_step
from tests.kit.amm import a_v3_pool
from tests.kit.pools import curves, golden

sizes = st.integers(min_value=1, max_value=10**22)
directions = st.sampled_from([(0, 1), (1, 0)])
POOL = UniswapV4(a_v3_pool())


def test_every_answer_of_executed_v4_core_is_equal_to_the_unit():
    pools = golden("v4")
    assert [pool.differences for pool in pools] == [()] * 4
    assert sum(pool.equal for pool in pools) > 80
    assert sum(pool.reverts_ok for pool in pools) > 40


@given(st.integers(0, 1_000_000), st.integers(0, 1_000))
def test_the_swap_fee_is_both_fees_in_turn_rounded_up(providers, protocol):
    pool = UniswapV4(replace(POOL.curve, fee_pips=providers), (protocol, 0))
    exact = protocol * 10**6 + providers * (10**6 - protocol)
    assert pool.fee_pips(0) == -(-exact // 10**6)
    assert pool.fee_pips(1) == providers


@given(curves(), sizes, directions)
def test_without_a_protocol_fee_v4_pays_within_a_unit_or_two_of_v3(curve, units, coins):
    v3, v4 = swapped(UniswapV3(curve), *coins, units), swapped(UniswapV4(curve), *coins, units)
    if isinstance(v3, Fill) and isinstance(v4, Fill):
        assert abs(v3.out_units - v4.out_units) <= 2


@given(curves(), sizes, directions)
def test_what_the_protocol_takes_is_its_fee_of_the_input(curve, units, coins):
    done = swapped(UniswapV4(curve, (1_000, 1_000)), *coins, units)
    if isinstance(done, Fill):
        taken = done.after.protocol_units[coins[0]]
        assert abs(taken - units // 1_000) <= 700  # rounded at every step of the walk


def test_a_step_whose_fee_is_everything_moves_no_price():
    assert swap_step(1 << 96, 1 << 95, 10**18, 500, 1_000_000) == (1 << 96, 0, 0, 500)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (quote_in(UniswapV4(a_v3_pool(liquidity=2**120)), 0, 1, 1 << 127), "127-bit"),
        (quote_in(POOL, 0, 1, 10**37), "NotEnoughLiquidity"),
        (quote_out(POOL, 0, 1, 10**30), "NotEnoughLiquidity"),
        (quote_in(POOL, 0, 1, 0), "(AS)"),
        (quote_in(UniswapV4(Concentrated(0, 0, 0, (), 500, 10)), 0, 1, 5), "PoolNotInitialized"),
        (
            quote_out(UniswapV4(replace(POOL.curve, fee_pips=10**6)), 0, 1, 5),
            "InvalidFeeForExactOut",
        ),
    ],
)
def test_what_the_contracts_refuse_is_a_revert_by_name(answer, code):
    assert isinstance(answer, Reverts)
    assert code in answer.reason
