"""A found opportunity as a promise: amounts valued, legs off the chain counted."""

from __future__ import annotations

import pytest

from live.detection.promise import promise_of
from tests.kit.facts import a_card
from tests.kit.trading import a_two_leg, an_atomic

CARD = a_card()


@pytest.mark.parametrize("fact", [an_atomic(), a_two_leg()])
def test_a_promise_holds_what_was_expected(fact):
    promise = promise_of(CARD, fact)
    assert promise.net_usd_e24 == fact.expected_net_usd_e24
    assert promise.gas_usd_e24 == fact.expected_gas_wei * fact.mark_e6
    assert promise.hops == len(fact.legs)
    assert promise.lifetime_ns == fact.expires_ns - fact.found_ns
    assert promise.exchange_hops == sum(leg.venue == CARD.exchange.venue for leg in fact.legs)
