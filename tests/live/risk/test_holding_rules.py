"""What is held and in flight: grown beyond a limit is declined, reduced towards it passes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.records import HaltOrdered
from live.risk import holding_rules
from live.risk.inventory import Inventory
from live.risk.limits import USDC_E24, Caps, Limits, Rulebook
from live.risk.portfolio import moved_balances, portfolio_of
from live.risk.session import Session
from live.risk.situation import Situation
from tests.kit.clock import NOON_NS
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card
from tests.kit.trading import a_two_leg, an_atomic

CARD = a_card()
EVEN = {ETH: 10**19, WETH: 50 * 10**18, USDC: 10**11, PAPER_ETH: 60 * 10**10, PAPER_USDC: 10**15}


def at(balances: dict[str, int] = EVEN, **changes: Any) -> Situation:
    return msgspec.structs.replace(Situation(NOON_NS, 42, inventory=Inventory(balances)), **changes)


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ("asset:ETH", "max_position_usd_e24"),
        ("venue:paper", "max_position_usd_e24"),
        ("asset:USDC", "max_concentration_bps"),
        ("venue:paper", "max_concentration_bps"),
    ],
)
def test_a_holding_beyond_its_limit_may_shrink_and_may_not_grow(scope: str, name: str):
    """Exactly one of the two directions, or a trade that leaves it alone, may pass."""
    rulebook = Rulebook(scopes={scope: Caps(**{name: 1})})
    for side in ("buy", "sell"):
        trade = a_two_leg(side)
        before = portfolio_of(EVEN, CARD, trade.mark_e6)
        after = portfolio_of(moved_balances(trade, EVEN, CARD), CARD, trade.mark_e6)
        assert before is not None
        assert after is not None
        kind, _, held = scope.partition(":")
        was, would = (
            (before.by_asset[held], after.by_asset[held])
            if kind == "asset"
            else (before.by_place[held], after.by_place[held])
        )
        if name == "max_concentration_bps":
            was = -(-was * 10_000 // before.equity_usd_e24)
            would = -(-would * 10_000 // after.equity_usd_e24)
        verdict = holding_rules.holdings(trade, at(), rulebook, CARD)
        assert (verdict is not None) == (would > was)
        if verdict is not None:
            assert (verdict.limit_name, verdict.limit_value) == (f"{scope} {name}", "1")
            assert verdict.observed_value == str(would)


def test_the_desk_is_held_to_its_largest_position_and_place():
    for name in ("max_position_usd_e24", "max_concentration_bps"):
        verdicts = [
            holding_rules.holdings(a_two_leg(side), at(), Rulebook(desk=Limits(**{name: 1})), CARD)
            for side in ("buy", "sell")
        ]
        assert [v.limit_name for v in verdicts if v is not None] in ([name], [])
        loose = Rulebook(desk=Limits(**{name: 10**40}))
        assert holding_rules.holdings(a_two_leg("buy"), at(), loose, CARD) is None


def test_a_debt_at_the_exchange_is_leverage_and_may_only_shrink():
    indebted = {**EVEN, PAPER_USDC: -(10**14), USDC: -(10**12), PAPER_ETH: 10**14}
    verdicts = [
        holding_rules.holdings(a_two_leg(side), at(indebted), Rulebook(), CARD)
        for side in ("buy", "sell")
    ]
    assert [v.limit_name for v in verdicts if v is not None] == ["max_leverage_bps"] * sum(
        v is not None for v in verdicts
    )
    assert holding_rules.holdings(an_atomic(), at(indebted), Rulebook(), CARD) is None


def test_a_holding_that_was_never_read_declines_what_it_limits():
    rulebook = Rulebook(scopes={"asset:ETH": Caps(max_position_usd_e24=10**40)})
    verdict = holding_rules.holdings(a_two_leg(), at({WETH: 1}), rulebook, CARD)
    assert verdict is not None
    assert verdict.observed_value == "never read"


def test_a_desk_that_may_only_reduce_evens_out_its_places_and_does_nothing_else():
    order = HaltOrdered(scope="desk", cause_id="a", reason="a calm evening", state="REDUCING")
    reducing = Session().ordered(order)
    lopsided = {**EVEN, PAPER_ETH: 500 * 10**10}
    passes = {
        trade.strategy + trade.legs[0].side: holding_rules.holdings(
            trade, at(lopsided, session=reducing), Rulebook(), CARD
        )
        is None
        for trade in (an_atomic(), a_two_leg("buy"), a_two_leg("sell"))
    }
    assert passes == {"dex_dexbuy": False, "cex_dexbuy": True, "cex_dexsell": False}


@given(st.integers(0, 5), st.integers(1, 6))
def test_a_strategy_holds_no_more_capital_than_its_share(held: int, limit: int):
    need = a_two_leg("sell").legs[0].base_units
    scope = "strategy:cex_dex"
    rulebook = Rulebook(scopes={scope: Caps(max_reserved_units={WETH: limit * need})})
    moment = at(reserved_by_strategy={"cex_dex": {WETH: held * need}, "dex_dex": {WETH: 10**30}})
    verdict = holding_rules.capital(a_two_leg("sell"), moment, rulebook, CARD)
    assert (verdict is None) == (held + 1 <= limit)


def test_strategies_that_move_together_share_one_notional():
    rulebook = Rulebook(desk=Limits(max_correlated_notional_usd_e24=5_000 * USDC_E24))
    busy = {"notional_by_strategy": {"cex_dex": 3_000 * USDC_E24}}
    pair = ("cex_dex", "dex_dex")
    for correlations, is_declined in (({}, True), ({pair: 7_000}, True), ({pair: 6_999}, False)):
        moment = at(correlations_bps=correlations, **busy)
        verdict = holding_rules.correlated(an_atomic(), moment, rulebook, CARD)
        assert (verdict is not None) == is_declined


@pytest.mark.parametrize(
    ("var", "unknown_ns", "limit_name"),
    [
        (11, 0, "max_var_usd_e24"),
        (10, 0, ""),
        (None, 5, ""),
        (None, 6, "max_var_unknown_ns"),
    ],
)
def test_value_at_risk_declines_when_it_is_too_much_or_unknown_for_too_long(
    var: int | None, unknown_ns: int, limit_name: str
):
    rulebook = Rulebook(desk=Limits(max_var_usd_e24=10, max_var_unknown_ns=5))
    moment = at(var_usd_e24=var, var_unknown_ns=unknown_ns)
    verdict = holding_rules.value_at_risk(an_atomic(), moment, rulebook, CARD)
    assert (verdict.limit_name if verdict else "") == limit_name
    unheld = Rulebook(desk=Limits(max_var_usd_e24=None))
    assert holding_rules.value_at_risk(an_atomic(), moment, unheld, CARD) is None


def test_open_executions_are_counted_by_scope():
    rulebook = Rulebook(scopes={"strategy:dex_dex": Caps(max_open_executions=1)})
    busy = at(open_by_scope={"strategy:dex_dex": 1}, open_executions=1)
    verdict = holding_rules.lanes(an_atomic(), busy, rulebook, CARD)
    assert verdict is not None
    assert verdict.limit_name == "strategy:dex_dex max_open_executions"
    assert holding_rules.lanes(a_two_leg(), busy, rulebook, CARD) is None
