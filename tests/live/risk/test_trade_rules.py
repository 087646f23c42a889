"""Size, price and worst case of a trade against the limits of every scope it belongs to."""

from __future__ import annotations

import pytest

from live.execution.legs import HEDGE_COLLAR_BPS
from live.risk import trade_rules
from live.risk.limits import USDC_E24, Caps, Limits, Rulebook
from live.risk.situation import Situation
from tests.kit.clock import NOON_NS
from tests.kit.facts import a_card
from tests.kit.trading import a_two_leg, an_atomic

CARD = a_card()
NOW = Situation(NOON_NS, 42)


@pytest.mark.parametrize("scope", ["strategy:cex_dex", "venue:paper", "asset:ETH"])
def test_a_notional_is_held_to_by_each_of_its_scopes(scope: str):
    leg = next(leg for leg in a_two_leg().legs if leg.venue == "paper")
    size = trade_rules.leg_usd_e24(leg, CARD)
    for limit, is_declined in ((size - 1, True), (size, False)):
        rulebook = Rulebook(scopes={scope: Caps(max_notional_usd_e24=limit)})
        verdict = trade_rules.notional(a_two_leg(), NOW, rulebook, CARD)
        assert (verdict is not None) == is_declined
        if verdict is not None:
            assert verdict.limit_name == f"{scope} max_notional_usd_e24"
            assert verdict.observed_value == str(size)


def test_the_cap_of_a_venue_looks_at_the_leg_there_alone():
    rulebook = Rulebook(scopes={"venue:paper": Caps(max_notional_usd_e24=1)})
    assert trade_rules.notional(an_atomic(), NOW, rulebook, CARD) is None


def test_an_atomic_trade_can_lose_its_gas_and_a_two_leg_trade_its_collar_too():
    gas = trade_rules.gas_usd_e24(an_atomic())
    assert trade_rules.worst_loss_usd_e24(an_atomic(), CARD) == gas
    collar = 3_040 * USDC_E24 * HEDGE_COLLAR_BPS // trade_rules.BPS
    assert trade_rules.worst_loss_usd_e24(a_two_leg("buy"), CARD) == gas + collar


def test_the_worst_case_is_reckoned_with_the_collar_that_execution_uses():
    assert trade_rules.WORST_COLLAR_BPS == HEDGE_COLLAR_BPS


def test_a_trade_that_could_lose_too_much_is_declined_with_what_it_could_lose():
    worst = trade_rules.worst_loss_usd_e24(a_two_leg("buy"), CARD)
    held = Rulebook(desk=Limits(max_trade_loss_usd_e24=worst - 1))
    verdict = trade_rules.trade_loss(a_two_leg("buy"), NOW, held, CARD)
    assert verdict is not None
    assert verdict.observed_value == str(worst)
    free = Rulebook(desk=Limits(max_trade_loss_usd_e24=worst))
    assert trade_rules.trade_loss(a_two_leg("buy"), NOW, free, CARD) is None


def test_a_price_without_a_mark_is_no_price():
    assert trade_rules.price_gap(an_atomic(mark_e6=0), NOW, Rulebook(), CARD) is not None
