"""A found opportunity as a promise: amounts valued, legs off the chain counted."""

from __future__ import annotations

import msgspec
import pytest

from domain.confidence.model import confidence_ppm, read, written
from domain.errors import InputRefused
from live.detection.promise import PRIOR, promise_of, slippage_bps, weighed
from tests.kit.confidence import a_model
from tests.kit.facts import USDC, a_card, a_leg
from tests.kit.trading import a_two_leg, an_atomic
from tests.kit.wide_desk import DAI, a_wide_card

CARD = a_card()


@pytest.mark.parametrize("fact", [an_atomic(), a_two_leg()])
def test_a_promise_holds_what_was_expected(fact):
    promise = promise_of(CARD, fact)
    assert promise.net_usd_e24 == fact.expected_net_usd_e24
    assert promise.gas_usd_e24 == fact.expected_gas_wei * fact.mark_e6
    assert promise.hops == len(fact.legs)
    assert promise.lifetime_ns == fact.expires_ns - fact.found_ns
    assert promise.exchange_hops == sum(leg.venue == CARD.exchange.venue for leg in fact.legs)


def test_a_round_that_begins_with_another_token_is_worth_the_desks_own_money_in_it():
    first = a_leg(base_asset=DAI, quote_asset=USDC, base_units=10**21, quote_units=999 * 10**6)
    found = msgspec.structs.replace(an_atomic(), legs=(first, a_leg(), a_leg(venue="other")))
    promise = promise_of(a_wide_card(), found)
    assert promise.notional_usd_e24 == 999 * 10**24
    assert (promise.hops, promise.exchange_hops) == (3, 1)


def test_a_first_leg_that_nothing_values_is_refused():
    first = a_leg(base_asset=DAI, quote_asset=DAI)
    found = msgspec.structs.replace(an_atomic(), legs=(first, a_leg()))
    with pytest.raises(InputRefused, match="mark"):
        promise_of(a_wide_card(), found)


@pytest.mark.parametrize("fact", [an_atomic(), a_two_leg()])
def test_what_is_weighed_states_what_is_predicted_and_by_which_model(fact):
    model = read(written(a_model()))
    by_rule, by_model = (weighed(CARD, fact, stater) for stater in (None, model))
    assert by_rule.confidence_ppm == confidence_ppm(promise_of(CARD, fact), None)
    assert by_model.confidence_ppm == confidence_ppm(promise_of(CARD, fact), model)
    assert (by_rule.confidence_model, by_model.confidence_model) == (PRIOR, model.sha256)
    assert by_rule.expected_slippage_bps == slippage_bps(fact.legs)


def test_slippage_is_what_size_costs_and_not_what_the_fee_does():
    buy = a_leg(side="buy", top_price_e6=10**9, quote_price_e6=1_011 * 10**6, fee_pips=10_000)
    sell = a_leg(side="sell", top_price_e6=10**9, quote_price_e6=980 * 10**6, fee_pips=0)
    assert slippage_bps([buy]) == 9  # 1011 * 0.99 = 1000.89
    assert slippage_bps([sell]) == 200
    assert slippage_bps([buy, sell]) == 209
    better = msgspec.structs.replace(sell, quote_price_e6=1_001 * 10**6)
    assert slippage_bps([better]) == 0
    assert slippage_bps([msgspec.structs.replace(sell, top_price_e6=0)]) is None
