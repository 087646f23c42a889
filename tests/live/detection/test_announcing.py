"""An opportunity as its message: the path in order, and a screen that never promises too much."""

from __future__ import annotations

import pytest

from journal.records import OpportunityFound, parse_payload
from live.detection.announcing import opportunity_message
from live.protocol import v2
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card
from tests.kit.trading import a_two_leg, an_atomic

CARD = a_card()


def test_the_path_begins_and_ends_with_what_is_given():
    message = opportunity_message(CARD, an_atomic())
    buy, sell = message.hops
    assert (buy.asset_in, buy.asset_out) == (USDC, WETH)
    assert (sell.asset_in, sell.asset_out) == (WETH, USDC)
    assert sell.amount_in == buy.amount_out == an_atomic().legs[0].base_units
    assert buy.place.startswith("eip155:31337:0x")


def test_an_exchange_is_a_place_too():
    message = opportunity_message(CARD, a_two_leg())
    _, order = message.hops
    assert (order.venue, order.place) == ("paper", f"paper:{CARD.exchange.symbol}")
    assert (order.asset_in, order.asset_out) == (PAPER_ETH, PAPER_USDC)


def test_those_who_act_find_the_journals_own_record_in_it():
    found = a_two_leg()
    assert parse_payload(OpportunityFound.KIND, opportunity_message(CARD, found).record) == found


def test_it_can_be_chosen_by_strategy_venue_pair_profit_and_time():
    routing = opportunity_message(CARD, an_atomic(expires_ns=77)).routing
    assert (routing.strategy, routing.pairs, routing.expires_ns) == ("dex_dex", ("ETH-USDC",), 77)
    assert routing.venues == tuple(leg.venue for leg in an_atomic().legs)
    assert routing.correlation == v2.correlation_of(an_atomic().opportunity_id)


def test_it_says_how_likely_it_is_to_be_realised():
    atomic, two_leg = (opportunity_message(CARD, found) for found in (an_atomic(), a_two_leg()))
    assert 0 < two_leg.routing.confidence_ppm < atomic.routing.confidence_ppm <= 1_000_000


@pytest.mark.parametrize(
    ("net_usd_e24", "profit_usd_e6"),
    [(0, 0), (10**18 - 1, 0), (10**18, 1), (-1, -1), (-(10**18) - 1, -2), (10**60, 2**63 - 1)],
)
def test_the_profit_to_screen_by_is_the_floor_of_the_exact_one(net_usd_e24, profit_usd_e6):
    message = opportunity_message(CARD, an_atomic(expected_net_usd_e24=net_usd_e24))
    assert message.routing.profit_usd_e6 == profit_usd_e6
    assert message.net_usd_e24 == net_usd_e24


def test_gas_is_paid_in_the_chains_own_coin():
    message = opportunity_message(CARD, an_atomic())
    assert (message.gas_asset, message.gas_amount) == (ETH, an_atomic().expected_gas_wei)


def test_without_a_head_there_is_no_block():
    message = opportunity_message(CARD, an_atomic(block_number=0, block_hash=""))
    assert (message.block_number, message.block_hash) == (None, None)


def test_it_fits_a_frame():
    message = opportunity_message(CARD, a_two_leg())
    [frame] = v2.Decoder().feed(v2.encode(message, source=2, sequence=0, sent_ns=1))
    assert frame.message == message
