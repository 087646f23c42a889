"""What every family promises: more pays no less, nothing is free, and a revert is an answer."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.amm.curve_stableswap import StableSwap
from domain.amm.pool import Fill, Reverts, attempted, is_zero_in, quote_in, quote_out, swapped
from domain.amm.uniswap_v2 import UniswapV2
from domain.errors import EmptyPool, InputRefused
from tests.kit.pools import pools, uniswap_pools

sizes = st.integers(min_value=1, max_value=10**25)
more = st.integers(min_value=1, max_value=10**24)


def coins(pool):
    """Both directions of a pool's first and last coin."""
    last = pool.coin_count - 1
    return ((0, last), (last, 0))


def dust(pool):
    """Say how many last units a pool may give away: the first stableswaps keep none back."""
    return 100 if isinstance(pool, StableSwap) and not pool.form.keeps_one else 0


@given(pools(), sizes, more)
def test_selling_more_never_pays_less(pool, units, extra):
    for sold, bought in coins(pool):
        less, most = (
            quote_in(pool, sold, bought, units),
            quote_in(pool, sold, bought, units + extra),
        )
        if isinstance(less, int) and isinstance(most, int):
            assert less <= most


@given(pools(), sizes)
def test_a_swap_pays_what_was_quoted_and_leaves_the_snapshot_alone(pool, units):
    for sold, bought in coins(pool):
        quoted, done = quote_in(pool, sold, bought, units), swapped(pool, sold, bought, units)
        if isinstance(done, Fill):
            assert done.out_units == quoted
            assert done.in_units <= units
            assert quote_in(pool, sold, bought, units) == quoted


@given(pools(), sizes)
def test_selling_and_buying_back_never_gains(pool, units):
    for sold, bought in coins(pool):
        there = swapped(pool, sold, bought, units)
        if isinstance(there, Fill) and there.out_units:
            back = quote_in(there.after, bought, sold, there.out_units)
            assert isinstance(back, Reverts) or back <= there.in_units + dust(pool)


@given(uniswap_pools(), sizes)
def test_where_the_input_is_taxed_two_swaps_never_pay_more_than_one_of_both(pool, units):
    for sold, bought in coins(pool):
        whole = quote_in(pool, sold, bought, 2 * units)
        first = swapped(pool, sold, bought, units)
        assume(isinstance(whole, int) and isinstance(first, Fill))
        second = quote_in(first.after, sold, bought, units)
        assert isinstance(second, Reverts) or first.out_units + second <= whole + 2


@given(pools(), sizes)
def test_the_spot_rate_is_never_below_what_a_size_pays(pool, units):
    for sold, bought in coins(pool):
        paid = quote_in(pool, sold, bought, units)
        if isinstance(paid, int):
            a_fee_rounded_down = 1
            rate = pool.spot_rate(sold, bought) * (1 + 1e-6)
            assert paid - 1 - dust(pool) <= rate * (units + a_fee_rounded_down)


@given(uniswap_pools(), sizes)
def test_an_exact_output_of_what_an_input_paid_costs_no_more(pool, units):
    for sold, bought in coins(pool):
        done = swapped(pool, sold, bought, units)
        if isinstance(done, Fill) and done.out_units:
            cost = quote_out(pool, sold, bought, done.out_units)
            assert isinstance(cost, Reverts) or cost <= done.in_units + 1
            assert isinstance(cost, Reverts) or quote_in(pool, sold, bought, cost) >= done.out_units


def test_a_revert_is_a_value_with_its_reason():
    empty = UniswapV2((0, 0))
    for ask in (quote_in, quote_out, swapped):
        answer = ask(empty, 0, 1, 5)
        assert isinstance(answer, Reverts)
        assert answer.reason.endswith(")") or " " in answer.reason


def test_only_refusals_become_values():
    def refuse():
        raise EmptyPool("nothing here")

    def break_():
        raise ZeroDivisionError

    assert attempted(refuse) == Reverts("nothing here")
    with pytest.raises(ZeroDivisionError):
        attempted(break_)


@pytest.mark.parametrize("pair", [(0, 0), (1, 1), (0, 2), (-1, 0)])
def test_a_pool_of_two_coins_knows_no_others(pair):
    with pytest.raises(InputRefused):
        is_zero_in(*pair)
