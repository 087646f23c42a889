"""Sizes, minima and prices protect the desk to the last unit, and never round in its disfavour."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.money import value_usd_e24
from journal.records import OrderIntended
from live.execution.answers import OrderAnswer
from live.execution.legs import (
    KEPT_SHARE_BPS,
    chain_leg,
    client_order_id,
    collar_price,
    execution_id,
    leg_at,
    min_profit_units,
    moved_units,
    order_base_units,
    result_usd_e24,
    swap_terms,
    token_address,
)
from tests.kit.facts import ETH, USDC, WALLET, WETH, a_card, fact
from tests.kit.trading import POOL_ADDRESS, a_receipt, a_transfer, a_two_leg, an_atomic

CARD = a_card()
WETH_TOKEN, USDC_TOKEN = token_address(WETH), token_address(USDC)


def test_ids_are_the_same_each_time_and_fit_krakens_client_order_ids():
    execution = execution_id("opp-1")
    assert execution == execution_id("opp-1")
    ids = {client_order_id(execution, purpose) for purpose in ("leg", "hedge")}
    assert len(ids) == 2
    assert all(len(i) == 32 and int(i, 16) >= 0 for i in ids)


def test_the_contract_must_earn_its_gas_or_a_quarter_whichever_is_more():
    lots = an_atomic(expected_gas_wei=10**14, expected_net_usd_e24=40 * 10**24, mark_e6=3 * 10**9)
    assert min_profit_units(lots, CARD) == 10_075_000
    little = an_atomic(expected_gas_wei=10**15, expected_net_usd_e24=10**24, mark_e6=3 * 10**9)
    assert min_profit_units(little, CARD) == 3_000_000


@given(st.integers(1, 10**16), st.integers(0, 10**27))
def test_the_minimum_profit_always_covers_the_gas(gas_wei: int, net: int):
    opportunity = an_atomic(expected_gas_wei=gas_wei, expected_net_usd_e24=net)
    gas = value_usd_e24(gas_wei, 18, opportunity.mark_e6)
    assert value_usd_e24(min_profit_units(opportunity, CARD), 6, 10**6) >= gas


@given(st.sampled_from(["buy", "sell"]), st.integers(0, 10**27))
def test_a_swap_at_its_minimum_still_keeps_the_share(side: str, net: int):
    opportunity = a_two_leg(side, expected_net_usd_e24=net)
    terms, leg = swap_terms(opportunity, CARD), chain_leg(opportunity, CARD)
    if side == "sell":
        assert (terms.asset_in, terms.amount_in_units) == (WETH, leg.base_units)
        lost = value_usd_e24(leg.quote_units - terms.min_out_units, 6, 10**6)
    else:
        assert (terms.asset_in, terms.amount_in_units) == (USDC, leg.quote_units)
        lost = value_usd_e24(leg.base_units - terms.min_out_units, 18, opportunity.mark_e6)
    assert terms.min_out_units >= 1
    assert lost <= net * (10_000 - KEPT_SHARE_BPS) // 10_000


def test_what_moved_is_read_from_the_transfers_of_the_token_alone():
    receipt = a_receipt(
        a_transfer(WETH_TOKEN, POOL_ADDRESS, WALLET, 10, 0),
        a_transfer(WETH_TOKEN, WALLET, POOL_ADDRESS, 3, 1),
        a_transfer(USDC_TOKEN, POOL_ADDRESS, WALLET, 99, 2),
        a_transfer(WETH_TOKEN, POOL_ADDRESS, "0x" + "cc" * 20, 50, 3),
    )
    assert moved_units(receipt, token=WETH_TOKEN, wallet=WALLET) == 7


@given(st.integers(-(10**24), 10**24))
def test_an_order_is_whole_lots_and_never_more_than_moved(moved: int):
    units = order_base_units(moved, 18, 10, "0.00000001")
    assert units % 100 == 0
    assert 0 <= abs(moved) - units * 10**8 < 10**10


@given(st.integers(10**6, 10**11), st.integers(0, 500), st.sampled_from(["0.01", "0.5", "1"]))
def test_a_collar_is_on_the_grid_and_at_most_one_tick_wider_than_asked(
    price_e6: int, bps: int, tick: str
):
    for side, sign in (("buy", 1), ("sell", -1)):
        exact = Fraction(price_e6, 10**6) * (1 + sign * Fraction(bps, 10_000))
        price = Fraction(collar_price(side, price_e6, bps, tick))
        assert price % Fraction(tick) == 0
        assert 0 <= sign * (price - exact) < Fraction(tick)


def test_a_collar_is_written_with_the_digits_of_the_tick():
    assert collar_price("sell", 3_000_000_000, 30, "0.01") == "2991.00"
    assert collar_price("buy", 3_000_000_000, 30, "0.01") == "3009.00"
    assert collar_price("buy", 3_000_000_000, 30, "1") == "3009"


def test_the_result_counts_tokens_orders_fee_and_gas_at_the_decision_mark():
    order = fact("order.intended", side="sell")
    assert isinstance(order, OrderIntended)
    receipt = a_receipt(
        a_transfer(WETH_TOKEN, POOL_ADDRESS, WALLET, 10**18, 0),
        a_transfer(USDC_TOKEN, WALLET, POOL_ADDRESS, 3_000 * 10**6, 1),
        gas_used=10**5,
        effective_gas_price_wei=10**9,
    )
    fill = OrderAnswer("FILLED", "O", 10**10, 3_040 * 10**8, 3 * 10**8)
    opportunity = a_two_leg("buy", mark_e6=3_020 * 10**6)
    gas_usd = Fraction(3_020, 10**4)
    earned = result_usd_e24(opportunity, CARD, [receipt], [(order, fill)])
    assert Fraction(earned, 10**24) == 40 - 3 - gas_usd


def test_a_revert_costs_its_gas_and_nothing_else():
    lost = result_usd_e24(an_atomic(mark_e6=10**9), CARD, [a_receipt(status=0)], [])
    assert Fraction(lost, 10**24) == -Fraction(224_000 * 2, 10**9) * 1_000


def test_a_leg_that_is_not_there_is_refused():
    with pytest.raises(InputRefused):
        leg_at(an_atomic(), venue="paper")
    with pytest.raises(InputRefused):
        token_address(ETH)
