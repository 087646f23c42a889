"""The market in memory trades as the exchange does, at the instants its tape says."""

import asyncio

import msgspec
import pytest

from domain.clock import HandClock
from journal.records import OrderIntended
from rehearsal.exchange.admin_step import CrowdOrder
from rehearsal.exchange.simulated import Scene, SimulatedMarket, Stage
from tests.kit.facts import PAPER_ETH, PAPER_USDC, fact

WHOLE = 10**8
SCENE = Scene(1_000, ((299_000, WHOLE),), ((300_000, WHOLE),))


def an_intent(name: str = "a", **changes) -> OrderIntended:
    intent = fact("order.intended", client_order_id=name, side="buy", base_units=10**10)
    assert isinstance(intent, OrderIntended)
    return msgspec.structs.replace(intent, **{"limit_price": "3000.00"} | changes)


@pytest.fixture
def market() -> SimulatedMarket:
    made = SimulatedMarket(HandClock(1_000), PAPER_ETH, PAPER_USDC, (10**11, 10**13))
    made.play(SCENE)
    return made


def said(question):
    return asyncio.run(question)


def test_an_order_that_crosses_is_filled_with_the_exchanges_own_fee(market):
    answer = said(market.submit(an_intent()))
    assert (answer.status, answer.filled_base_units) == ("FILLED", 10**10)
    assert answer.filled_quote_units == 3_000 * 10**8
    assert answer.fee_units == answer.filled_quote_units // 1_000
    assert said(market.find(an_intent())) == answer
    assert said(market.balances()) == {
        PAPER_ETH: 11 * 10**10,
        PAPER_USDC: 10**13 - 3_003 * 10**8,
    }


def test_what_the_book_does_not_hold_is_partial_or_cancelled(market):
    assert said(market.submit(an_intent(base_units=3 * 10**10))).status == "PARTIAL"
    assert said(market.submit(an_intent("b"))).status == "CANCELLED"


def test_what_the_account_cannot_pay_is_rejected(market):
    answer = said(market.submit(an_intent(base_units=10**14)))
    assert (answer.status, answer.filled_base_units) == ("REJECTED", 0)
    assert said(market.find(an_intent())).status == "ABSENT"


def test_an_order_rests_until_the_crowd_takes_it_or_it_is_withdrawn(market):
    low = {"limit_price": "2995.00"}
    assert said(market.rest(an_intent(**low))).status == "OPEN"
    assert said(market.ladders()).bids[0] == (2_995 * WHOLE, WHOLE)
    sale = CrowdOrder("sell", WHOLE // 4)
    market.play(SCENE._replace(crowd=sale))
    said(market.withdraw(an_intent(**low)))
    answer = said(market.find(an_intent(**low)))
    assert (answer.status, answer.filled_base_units) == ("PARTIAL", 10**10 // 4)
    assert sum(fill.size_e8 for fill in said(market.trades(0))) == WHOLE // 4


def test_a_stage_plays_several_tapes_in_order_of_time_and_knows_their_end(market):
    clock = HandClock(1_000)
    other = SimulatedMarket(clock, PAPER_ETH, PAPER_USDC, (0, 0))
    tapes = ([SCENE, SCENE._replace(at_ns=5_000)], [SCENE._replace(at_ns=2_000)])
    stage = Stage(clock, [(market, iter(tapes[0])), (other, iter(tapes[1]))])
    said(stage.until(1_500))
    assert not said(other.ladders()).bids
    said(stage.until(3_000))
    assert said(other.ladders()).bids
    assert (clock.now_ns(), stage.is_stopped) == (3_000, False)
    said(stage.until(9_000))
    assert (clock.now_ns(), stage.is_stopped) == (9_000, True)
