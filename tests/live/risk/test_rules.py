"""Every limit says no with its name and both numbers, and says nothing just inside itself."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from journal.records import HaltOrdered, OpportunityFound
from live.risk.breakers import Breaker, BreakerState
from live.risk.inventory import Inventory
from live.risk.limits import USDC_E24, Rulebook
from live.risk.rules import judge
from live.risk.session import Session
from live.risk.situation import Situation
from tests.kit.clock import NOON_NS
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card, a_leg
from tests.kit.trading import a_result, a_two_leg, an_atomic

RICH = Inventory(
    {ETH: 10 * 10**18, WETH: 50 * 10**18, USDC: 10**11, PAPER_ETH: 10**12, PAPER_USDC: 10**14}
)
CARD = a_card()
RULES = Rulebook()


def at(**changes: Any) -> Situation:
    """Give a moment in which nothing stands against the sample opportunities."""
    fresh = Situation(now_ns=NOON_NS, head_block=42, head_ns=NOON_NS, inventory=RICH)
    return msgspec.structs.replace(fresh, **changes)


def halted(scope: str) -> Session:
    return Session().ordered(HaltOrdered(scope=scope, cause_id="b", reason="books disagree"))


def opened(scope: str, opened_ns: int) -> Session:
    return Session(breakers={scope: Breaker(state=BreakerState.OPEN, opened_ns=opened_ns)})


def lost(usdc: int) -> Session:
    """Give a session that lost so much in one settled execution, its breakers left alone."""
    result = a_result(result_usd_e24=-usdc * USDC_E24, counted_ns=NOON_NS)
    return msgspec.structs.replace(Session().counted(result, RULES.desk), breakers={})


def short_of(asset: str) -> Inventory:
    return RICH.observing({asset: 1})


def test_both_shapes_are_approved_when_nothing_stands_against_them():
    for opportunity in (an_atomic(), a_two_leg("buy"), a_two_leg("sell")):
        verdict = judge(opportunity, at(), RULES, CARD)
        assert verdict.is_approved
        assert verdict.limit_name == ""


DENIALS: list[tuple[str, OpportunityFound, Situation]] = [
    ("stopping", an_atomic(), at(is_stopping=True)),
    ("halted_scope", an_atomic(), at(session=halted("desk"))),
    ("halted_scope", an_atomic(), at(session=halted("strategy:dex_dex"))),
    ("halted_scope", an_atomic(), at(session=halted("venue:univ2-b"))),
    ("supported_shapes", an_atomic(strategy="triangle"), at()),
    ("supported_shapes", an_atomic(legs=(a_leg(), a_leg())), at()),
    ("supported_shapes", a_two_leg(strategy="dex_dex"), at()),
    ("circuit_breaker", an_atomic(), at(session=opened("desk", NOON_NS - SECOND_NS))),
    ("circuit_breaker", an_atomic(), at(session=opened("venue:univ2-b", NOON_NS))),
    (
        "circuit_breaker",
        an_atomic(),
        at(session=opened("strategy:dex_dex", 0), open_by_scope={"strategy:dex_dex": 1}),
    ),
    ("max_session_loss_usd_e24", an_atomic(), at(session=lost(500))),
    ("max_data_age_ns", an_atomic(), at(head_ns=NOON_NS - 30 * SECOND_NS - 1)),
    ("max_gas_price_wei", an_atomic(), at(base_fee_wei=500 * 10**9 + 1)),
    ("max_price_gap_bps", an_atomic(mark_e6=3_900_000_000), at()),
    ("expires_ns", an_atomic(), at(now_ns=NOON_NS + 2 * SECOND_NS)),
    ("max_block_distance", an_atomic(), at(head_block=44)),
    ("max_block_distance", an_atomic(), at(head_block=0)),
    ("pool_untouched_since_block", an_atomic(), at(touched_block_by_venue={"univ2-b": 43})),
    ("min_net_profit_usd_e24", an_atomic(expected_net_usd_e24=USDC_E24 // 2 - 1), at()),
    ("max_gas_share_bps", an_atomic(expected_gas_wei=10**16), at()),
    (
        "max_notional_usd_e24",
        an_atomic(legs=(a_leg(quote_units=60_000_000_001), a_leg(venue="univ2-b", side="sell"))),
        at(),
    ),
    ("max_open_executions", an_atomic(), at(open_executions=3)),
    ("max_executions_per_venue", an_atomic(), at(open_by_scope={"venue:univ2-b": 1})),
    ("free_inventory_units", an_atomic(), at(inventory=Inventory())),
    ("free_inventory_units", an_atomic(), at(inventory=short_of(ETH))),
    ("free_inventory_units", a_two_leg("buy"), at(inventory=short_of(USDC))),
    ("free_inventory_units", a_two_leg("buy"), at(inventory=short_of(PAPER_ETH))),
    ("free_inventory_units", a_two_leg("sell"), at(inventory=short_of(WETH))),
    ("free_inventory_units", a_two_leg("sell"), at(inventory=short_of(PAPER_USDC))),
]


@pytest.mark.parametrize(("limit", "opportunity", "situation"), DENIALS)
def test_each_limit_says_no_and_cites_itself(
    limit: str, opportunity: OpportunityFound, situation: Situation
):
    verdict = judge(opportunity, situation, RULES, CARD)
    assert not verdict.is_approved
    assert verdict.limit_name == limit
    assert verdict.limit_value
    assert verdict.observed_value
    assert verdict.reason


INSIDE: list[tuple[OpportunityFound, Situation]] = [
    (an_atomic(), at(session=halted("strategy:cex_dex"))),
    (an_atomic(), at(session=opened("desk", NOON_NS - 10 * SECOND_NS))),
    (an_atomic(), at(session=opened("strategy:cex_dex", NOON_NS))),
    (an_atomic(), at(session=lost(499))),
    (an_atomic(), at(head_ns=NOON_NS - 30 * SECOND_NS)),
    (an_atomic(), at(base_fee_wei=500 * 10**9)),
    (an_atomic(), at(now_ns=NOON_NS + 2 * SECOND_NS - 1)),
    (an_atomic(), at(head_block=43)),
    (an_atomic(), at(touched_block_by_venue={"univ2-b": 42, "univ3": 43})),
    (an_atomic(expected_gas_wei=0, expected_net_usd_e24=USDC_E24 // 2), at()),
    (an_atomic(), at(open_executions=2, open_by_scope={"venue:univ3": 1, "venue:paper": 1})),
]


@pytest.mark.parametrize(("opportunity", "situation"), INSIDE)
def test_just_inside_a_limit_nothing_is_said(opportunity: OpportunityFound, situation: Situation):
    assert judge(opportunity, situation, RULES, CARD).is_approved


def test_a_lifted_halt_no_longer_stops_anything():
    lifted = halted("desk").ordered(
        HaltOrdered(scope="desk", cause_id="b", reason="mended", is_lifted=True)
    )
    assert judge(an_atomic(), at(session=lifted), RULES, CARD).is_approved


@given(reserved=st.integers(0, 20), held=st.integers(0, 20))
def test_what_is_reserved_cannot_be_approved_again(reserved: int, held: int):
    """Approved exactly when the free part covers the need, whatever is reserved."""
    need = a_two_leg("sell").legs[0].base_units
    inventory = RICH.observing({WETH: held * need}).reserving("other", {WETH: reserved * need})
    verdict = judge(a_two_leg("sell"), at(inventory=inventory), RULES, CARD)
    assert verdict.is_approved == (held - reserved >= 1)


def test_the_verdict_becomes_a_fact_with_the_same_words():
    verdict = judge(an_atomic(), at(head_block=44), RULES, CARD)
    fact = verdict.fact("opp-1")
    assert (fact.limit_name, fact.limit_value, fact.observed_value) == (
        "max_block_distance",
        "1",
        "2",
    )
    assert not fact.is_approved


@given(st.permutations(range(len(DENIALS))))
def test_a_trade_that_breaks_many_rules_is_declined_by_the_first_of_them(order: list[int]):
    """The verdict depends on the order of the rules, never on how the moment came about."""
    situation = at(is_stopping=True, head_block=0, head_ns=0, inventory=Inventory())
    assert judge(DENIALS[order[0]][1], situation, RULES, CARD).limit_name == "stopping"
