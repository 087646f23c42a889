"""V2 pairs: equal to recorded answers, and to the pair's own K check where nothing was recorded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.constant_product import (
    ConstantProduct,
    amount_in_units,
    amount_out_units,
    keeps_k,
)
from domain.errors import EmptyPool, InputRefused, InsufficientLiquidity
from tests.kit.amm import recorded

reserves = st.integers(min_value=1_000, max_value=2**112 - 1)
amounts = st.integers(min_value=1, max_value=2**100)
fees = st.sampled_from([0, 500, 2_500, 3_000, 10_000])


def test_recorded_outputs_are_the_most_the_pair_allows():
    for case in recorded("uniswap_vectors/v2core.json")["get_input_price"]:
        paid, reserve_in, reserve_out, expected = (
            int(case[key]) for key in ("amount_in", "reserve_in", "reserve_out", "max_out")
        )
        assert amount_out_units(paid, reserve_in, reserve_out, 3000) == expected
        assert keeps_k(paid, expected, reserve_in, reserve_out, 3000)
        assert not keeps_k(paid, expected + 1, reserve_in, reserve_out, 3000)


def test_quotes_of_a_live_pair_with_another_fee_are_equal():
    pools = recorded("amm_onchain/amm_onchain.json")["pools"]
    checked = 0
    for entry in (pool for pool in pools if pool["kind"] == "v2"):
        state = entry["state"]
        pool = ConstantProduct(
            int(state["reserves_token0"]),
            int(state["reserves_token1"]),
            state["fee_numer"] * 1_000_000 // state["fee_denom"],
        )
        for quote in entry["quotes"]:
            _, function, route, amount = quote["key"].split("|")
            is_zero_in = route.startswith(state["token0"]["symbol"] + "->")
            ask = pool.exact_in if function == "getAmountsOut" else pool.exact_out
            assert ask(zero_for_one=is_zero_in, units=int(amount)) == int(quote["value"])
            checked += 1
    assert checked > 0


@given(paid=amounts, reserve_in=reserves, reserve_out=reserves, fee=fees)
def test_the_output_is_the_largest_that_keeps_k(paid, reserve_in, reserve_out, fee):
    out = amount_out_units(paid, reserve_in, reserve_out, fee)
    assert keeps_k(paid, out, reserve_in, reserve_out, fee)
    assert not keeps_k(paid, out + 1, reserve_in, reserve_out, fee)


def test_a_pair_with_an_empty_side_accepts_nothing():
    assert not keeps_k(10**9, 1, 0, 12_673, 3000)
    assert not keeps_k(10**9, 0, 12_673, 0, 3000)


@given(reserve_in=reserves, reserve_out=reserves, fee=fees, data=st.data())
def test_what_an_exact_output_asks_for_is_enough_and_at_most_one_too_much(
    reserve_in, reserve_out, fee, data
):
    out = data.draw(st.integers(min_value=1, max_value=reserve_out - 1))
    paid = amount_in_units(out, reserve_in, reserve_out, fee)
    assert amount_out_units(paid, reserve_in, reserve_out, fee) >= out
    assert paid < 2 or amount_out_units(paid - 2, reserve_in, reserve_out, fee) < out


@given(paid=amounts, reserve_in=reserves, reserve_out=reserves, fee=fees)
def test_selling_and_buying_back_never_gains(paid, reserve_in, reserve_out, fee):
    out = amount_out_units(paid, reserve_in, reserve_out, fee)
    back = amount_out_units(out, reserve_out - out, reserve_in + paid, fee)
    assert back <= paid


@given(
    paid=amounts,
    reserve_in=reserves,
    reserve_out=reserves,
    fee=fees,
    scale=st.integers(min_value=1, max_value=10**6),
)
def test_scaling_pool_and_input_scales_the_output_but_for_the_floor(
    paid, reserve_in, reserve_out, fee, scale
):
    one = amount_out_units(paid, reserve_in, reserve_out, fee)
    many = amount_out_units(paid * scale, reserve_in * scale, reserve_out * scale, fee)
    assert one * scale <= many < (one + 1) * scale


def test_an_empty_pool_has_no_price_and_no_quote():
    pool = ConstantProduct(0, 5, 3000)
    assert pool.exact_in(zero_for_one=True, units=1) is None
    assert pool.exact_out(zero_for_one=True, units=1) is None
    with pytest.raises(EmptyPool):
        pool.spot_ratio()
    with pytest.raises(EmptyPool):
        amount_out_units(1, 0, 5, 3000)


def test_a_pool_never_sells_its_last_unit():
    assert ConstantProduct(10, 10, 3000).exact_out(zero_for_one=True, units=10) is None
    with pytest.raises(InsufficientLiquidity):
        amount_in_units(10, 10, 10, 3000)


@pytest.mark.parametrize(("amount", "fee"), [(-1, 3000), (1, -1), (1, 1_000_000)])
def test_negative_amounts_and_impossible_fees_are_refused(amount, fee):
    with pytest.raises(InputRefused):
        amount_out_units(amount, 10, 10, fee)
