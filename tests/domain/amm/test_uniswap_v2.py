"""V2 pairs and forks: recorded answers, and the reverts of router and pair by their names."""

from __future__ import annotations

import pytest

from domain.amm.pool import Fill, Reverts, quote_in, quote_out, swapped
from domain.amm.uniswap_v2 import UniswapV2
from tests.kit.amm import recorded

PAIR = UniswapV2((5 * 10**18, 10**19))


def test_a_live_fork_with_another_fee_is_equal_to_the_unit():
    (entry,) = (
        pool for pool in recorded("amm_onchain/amm_onchain.json")["pools"] if pool["kind"] == "v2"
    )
    state = entry["state"]
    reserves = (int(state["reserves_token0"]), int(state["reserves_token1"]))
    pair = UniswapV2(reserves, state["fee_numer"], state["fee_denom"])
    for quote in entry["quotes"]:
        _, _, route, amount = quote["key"].split("|")
        sold = 0 if route.startswith(state["token0"]["symbol"] + "->") else 1
        assert quote_in(pair, sold, 1 - sold, int(amount)) == int(quote["value"]), quote


def test_a_swap_moves_the_reserves_by_what_it_moved():
    done = swapped(PAIR, 0, 1, 10**18)
    assert done == Fill(
        10**18, 1662497915624478906, UniswapV2((6 * 10**18, 10**19 - 1662497915624478906))
    )


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (quote_in(PAIR, 0, 1, 0), "INSUFFICIENT_INPUT_AMOUNT"),
        (quote_out(PAIR, 0, 1, 0), "INSUFFICIENT_OUTPUT_AMOUNT"),
        (swapped(UniswapV2((10**18, 10)), 0, 1, 1), "INSUFFICIENT_OUTPUT_AMOUNT"),
        (swapped(UniswapV2((2**112 - 2, 2**112 - 2)), 0, 1, 5), "112-bit"),
        (quote_in(PAIR, 0, 1, 2**255), "256-bit"),
        (quote_out(PAIR, 0, 1, 10**19), "less than the pool holds"),
        (quote_out(PAIR, 0, 1, 2**255), "256-bit"),
        (quote_in(UniswapV2((0, 7)), 0, 1, 1), "reserves"),
    ],
)
def test_what_the_contracts_refuse_is_a_revert_by_name(answer, code):
    assert isinstance(answer, Reverts)
    assert code in answer.reason


def test_a_fork_that_counts_in_ten_thousandths_overflows_at_its_own_place():
    huge = 2**256 // 1_000 // 10**9
    coarse, fine = (UniswapV2((10**9, 10**9), fee, fee * 1_000 // 3) for fee in (3, 30))
    assert quote_in(coarse, 0, 1, huge) == 10**9 - 1
    assert isinstance(quote_in(fine, 0, 1, huge), Reverts)
