"""A book asked as a pool is: never more than its levels hold, nothing for free there and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amm.pool import Reverts, quote_in, quote_out, swapped
from domain.cycles.ladder import Ladder
from domain.cycles.reason import Bad
from domain.market.book import Rung, snapshot
from domain.market.level import Level
from tests.kit.markets import UNIT, ladders

PLAIN = Ladder((Rung(2999 * 10**8, 10**8),), (Rung(3001 * 10**8, 2 * 10**8),), fee_pips=1000)
quotes = st.integers(min_value=1, max_value=10**11)


def test_selling_base_pays_the_bid_less_the_fee():
    assert PLAIN.out_units(0, 1, UNIT) == 2999 * 10**6 - 2_999_000


def test_a_budget_is_never_exceeded_and_almost_used_up():
    bought = PLAIN.out_units(1, 0, 3001 * 10**6)
    cost = PLAIN.in_units(1, 0, bought)
    assert 3001 * 10**6 - 40 <= cost <= 3001 * 10**6


@settings(deadline=None)
@given(ladders(), quotes)
def test_what_a_budget_buys_costs_no_more_than_the_budget(ladder, budget):
    bought = quote_in(ladder, 1, 0, budget)
    if not isinstance(bought, Reverts):
        assert quote_out(ladder, 1, 0, bought) <= budget


@settings(deadline=None)
@given(ladders(), quotes)
def test_there_and_back_never_gains(ladder, budget):
    bought = quote_in(ladder, 1, 0, budget)
    if not isinstance(bought, Reverts):
        back = quote_in(ladder, 0, 1, bought)
        assert isinstance(back, Reverts) or back < budget


@settings(deadline=None)
@given(ladders(), quotes)
def test_the_base_asked_for_an_amount_brings_at_least_it(ladder, wanted):
    needed = quote_out(ladder, 0, 1, wanted)
    if not isinstance(needed, Reverts):
        assert ladder.out_units(0, 1, needed) >= wanted


def test_what_was_taken_is_gone():
    half = swapped(PLAIN, 0, 1, UNIT // 2)
    assert not isinstance(half, Reverts)
    assert isinstance(quote_in(half.after, 0, 1, UNIT), Reverts)
    assert half.after.asks == PLAIN.asks


def test_more_than_the_book_holds_is_refused():
    assert isinstance(quote_in(PLAIN, 0, 1, 2 * UNIT), Reverts)
    assert isinstance(quote_in(PLAIN, 1, 0, 10**13), Reverts)
    assert isinstance(quote_out(PLAIN, 0, 1, 10**13), Reverts)
    assert isinstance(quote_in(PLAIN, 1, 1, 10**13), Reverts)


@pytest.mark.parametrize(
    ("bids", "asks", "reason"),
    [
        ((), (), Bad.EMPTY_BOOK),
        (((2, 1),), (), Bad.ONE_SIDED),
        (((3, 1),), ((3, 1),), Bad.CROSSED),
        (((-2, 1),), ((3, 1),), Bad.PRICE_NOT_POSITIVE),
        (((2, 1),), ((3, 1),), None),
    ],
)
def test_a_book_nobody_can_trade_on_says_why(bids, asks, reason):
    ladder = Ladder(*(tuple(Rung(*rung) for rung in side) for side in (bids, asks)))
    assert ladder.fault() is reason


def test_a_books_levels_are_taken_to_the_last_digit():
    book = snapshot([Level(Decimal("1.5"), Decimal(2))], [Level(Decimal("1.6"), Decimal(3))])
    ladder = Ladder.of(book, PLAIN)
    assert ladder.bids == (Rung(150_000_000, 200_000_000),)
    assert ladder.fee_pips == PLAIN.fee_pips
