"""Equity comes from what the outside states; one unknown makes the sum unknown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.pnl.equity import equity_usd_e24, plus, residual_usd_e24, sum_known
from domain.pnl.marks import MarkBook
from domain.pnl.types import Holding, Mark
from domain.pnl.values import Valuer
from tests.kit.facts import PAPER_USDC, WETH, a_card

VALUER = Valuer.of(a_card().assets, MarkBook.of([Mark(5, "ETH", 2_000_000), Mark(9, "ETH", 10**7)]))
UNMARKED = Valuer.of(a_card().assets, MarkBook.of([]))
NUMBERS = st.one_of(st.none(), st.integers())


@given(st.lists(NUMBERS))
def test_a_sum_is_known_exactly_when_all_its_parts_are(amounts: list[int | None]):
    known = [amount for amount in amounts if amount is not None]
    assert sum_known(amounts) == (sum(known) if len(known) == len(amounts) else None)


@given(NUMBERS, NUMBERS)
def test_two_amounts_add_as_many_do(left: int | None, right: int | None):
    assert plus(left, right) == sum_known([left, right])


def test_equity_is_stated_balances_at_the_marks_of_the_instant():
    holdings = [Holding("w", WETH, 3 * 10**18), Holding("p", PAPER_USDC, 10**8)]
    assert equity_usd_e24(holdings, {}, VALUER, 6, []) == 7 * 10**24
    assert equity_usd_e24(holdings, {}, VALUER, 9, []) == 31 * 10**24


def test_a_balance_only_the_books_know_makes_equity_unknown_and_is_named():
    missing: list[str] = []
    assert equity_usd_e24([], {("w", WETH): 1}, VALUER, 6, missing) is None
    assert missing == [f"the value of {WETH} on w"]


def test_a_balance_stated_as_unknown_is_not_zero():
    assert equity_usd_e24([Holding("w", WETH, None)], {}, VALUER, 6, []) is None
    assert equity_usd_e24([Holding("w", WETH, 0)], {}, UNMARKED, 6, []) == 0


def test_an_asset_outside_the_reference_data_is_on_neither_side():
    assert equity_usd_e24([Holding("w", "spam", 5)], {("w", "spam"): 5}, VALUER, 6, []) == 0


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_a_residual_is_unknown_while_any_part_is(opened, closed, capital, total):
    residual = residual_usd_e24(opened, closed, capital, total)
    if None in (opened, closed, capital, total):
        assert residual is None
    else:
        assert opened + capital + total + residual == closed
