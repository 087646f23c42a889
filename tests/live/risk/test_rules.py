"""Every limit says no with its name and both numbers, and says nothing just inside itself."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from journal.records import HaltOrdered, OpportunityFound
from live.risk.inventory import Inventory
from live.risk.limits import USDC_E24, Limits
from live.risk.rules import Situation, judge, scopes_of
from live.risk.session import Session
from tests.kit.clock import NOON_NS
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card, a_leg
from tests.kit.trading import a_two_leg, an_atomic

RICH = Inventory(
    {ETH: 10 * 10**18, WETH: 50 * 10**18, USDC: 10**11, PAPER_ETH: 10**12, PAPER_USDC: 10**14}
)
CARD = a_card()
LIMITS = Limits()


def at(**changes: Any) -> Situation:
    """Give a moment in which nothing stands against the sample opportunities."""
    fresh = Situation(now_ns=NOON_NS, head_block=42, inventory=RICH)
    return msgspec.structs.replace(fresh, **changes)


def halted(scope: str) -> Session:
    return Session().ordered(HaltOrdered(scope=scope, cause_id="b", reason="books disagree"))


def short_of(asset: str) -> Inventory:
    return RICH.observing({asset: 1})


def test_both_shapes_are_approved_when_nothing_stands_against_them():
    for opportunity in (an_atomic(), a_two_leg("buy"), a_two_leg("sell")):
        verdict = judge(opportunity, at(), LIMITS, CARD)
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
    (
        "max_consecutive_failures",
        an_atomic(),
        at(session=Session(failures=6, last_failure_ns=NOON_NS - SECOND_NS)),
    ),
    (
        "max_consecutive_failures",
        an_atomic(),
        at(session=Session(failures=6, last_failure_ns=0), open_executions=1),
    ),
    (
        "max_session_loss_usd_e24",
        an_atomic(),
        at(session=Session(result_usd_e24=-500 * USDC_E24)),
    ),
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
    ("one_execution_per_venue", an_atomic(), at(busy_lanes=frozenset({"univ2-b"}))),
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
    verdict = judge(opportunity, situation, LIMITS, CARD)
    assert not verdict.is_approved
    assert verdict.limit_name == limit
    assert verdict.limit_value
    assert verdict.observed_value
    assert verdict.reason


INSIDE: list[tuple[OpportunityFound, Situation]] = [
    (an_atomic(), at(session=halted("strategy:cex_dex"))),
    (an_atomic(), at(session=Session(failures=5, last_failure_ns=NOON_NS))),
    (an_atomic(), at(session=Session(failures=6, last_failure_ns=NOON_NS - 10 * SECOND_NS))),
    (an_atomic(), at(session=Session(result_usd_e24=-500 * USDC_E24 + 1))),
    (an_atomic(), at(now_ns=NOON_NS + 2 * SECOND_NS - 1)),
    (an_atomic(), at(head_block=43)),
    (an_atomic(), at(touched_block_by_venue={"univ2-b": 42, "univ3": 43})),
    (an_atomic(expected_gas_wei=0, expected_net_usd_e24=USDC_E24 // 2), at()),
    (an_atomic(), at(open_executions=2, busy_lanes=frozenset({"univ3", "paper"}))),
]


@pytest.mark.parametrize(("opportunity", "situation"), INSIDE)
def test_just_inside_a_limit_nothing_is_said(opportunity: OpportunityFound, situation: Situation):
    assert judge(opportunity, situation, LIMITS, CARD).is_approved


def test_a_lifted_halt_no_longer_stops_anything():
    lifted = halted("desk").ordered(
        HaltOrdered(scope="desk", cause_id="b", reason="mended", is_lifted=True)
    )
    assert judge(an_atomic(), at(session=lifted), LIMITS, CARD).is_approved


def test_the_scopes_of_an_opportunity_name_desk_strategy_and_venues():
    assert scopes_of(a_two_leg()) == ("desk", "strategy:cex_dex", "venue:univ2-a", "venue:paper")


@given(reserved=st.integers(0, 20), held=st.integers(0, 20))
def test_what_is_reserved_cannot_be_approved_again(reserved: int, held: int):
    """Approved exactly when the free part covers the need, whatever is reserved."""
    need = a_two_leg("sell").legs[0].base_units
    inventory = RICH.observing({WETH: held * need}).reserving("other", {WETH: reserved * need})
    verdict = judge(a_two_leg("sell"), at(inventory=inventory), LIMITS, CARD)
    assert verdict.is_approved == (held - reserved >= 1)


def test_the_verdict_becomes_a_fact_with_the_same_words():
    verdict = judge(an_atomic(), at(head_block=44), LIMITS, CARD)
    fact = verdict.fact("opp-1")
    assert (fact.limit_name, fact.limit_value, fact.observed_value) == (
        "max_block_distance",
        "1",
        "2",
    )
    assert not fact.is_approved
