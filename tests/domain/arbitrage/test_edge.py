"""What an edge is worth: gross, fee and gas at one mark, and nothing lost between them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.arbitrage.edge import (
    BELOW_MINIMUM,
    Edge,
    Expectation,
    Leg,
    Terms,
    expectation_of,
    judged,
)
from domain.market.price import BUY, SELL

USD = 10**24
MARK_E6 = 3000_000000


def _leg(side: str, base_units: int = 10**18, quote_units: int = 3000 * 10**6) -> Leg:
    return Leg("univ2-a", side, base_units, 18, quote_units, 6, MARK_E6, 3000)


def test_a_round_trip_at_the_mark_is_worth_what_it_costs():
    legs = (_leg(BUY), _leg(SELL, quote_units=3010 * 10**6))
    worth = expectation_of(legs, fee_usd_e24=2 * USD, gas_wei=10**15, mark_e6=MARK_E6)
    assert worth == Expectation(10 * USD, 2 * USD, 3 * USD)
    assert worth.net_usd_e24 == 5 * USD


@settings(deadline=None)
@given(st.integers(1, 10**20), st.integers(1, 10**12), st.integers(1, 10**10))
def test_equal_base_on_both_sides_makes_the_mark_irrelevant(base, quote, mark_e6):
    legs = (_leg(BUY, base, quote), _leg(SELL, base, quote + 7))
    worth = expectation_of(legs, fee_usd_e24=0, gas_wei=0, mark_e6=mark_e6)
    assert worth.net_usd_e24 == 7 * 10**18


def test_base_that_is_left_over_is_worth_its_mark():
    legs = (_leg(BUY, 2 * 10**18), _leg(SELL, 10**18))
    worth = expectation_of(legs, fee_usd_e24=0, gas_wei=0, mark_e6=MARK_E6)
    assert worth.gross_usd_e24 == 3000 * USD


def test_the_quoted_price_is_rounded_against_us():
    assert _leg(BUY, 3 * 10**18, 10_000 * 10**6).quote_price_e6 == 3333_333334
    assert _leg(SELL, 3 * 10**18, 10_000 * 10**6).quote_price_e6 == 3333_333333


def test_an_edge_below_the_minimum_is_declined_with_its_reason():
    def edge(net: int) -> Edge:
        return Edge("dex_dex", _leg(BUY), _leg(SELL), 0, Expectation(net, 0, 0))

    terms = Terms(MARK_E6, 0, USD, 10_000 * USD)
    assert judged(edge(USD - 1), terms) is BELOW_MINIMUM
    assert isinstance(judged(edge(USD), terms), Edge)
    free = Terms(MARK_E6, 0, 0, USD)
    assert judged(edge(0), free) is BELOW_MINIMUM


def test_the_notional_limits_the_size_at_the_mark():
    assert Terms(MARK_E6, 0, 0, 6000 * USD).max_base_units(18) == 2 * 10**18
    assert Terms(MARK_E6, 0, 0, 6000 * USD).max_base_units(10) == 2 * 10**10
