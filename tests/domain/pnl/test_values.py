"""Values are exact, and one coin in two wrappers is worth one mark."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.series import Flow
from domain.pnl.marks import MarkBook
from domain.pnl.types import Mark
from domain.pnl.values import Valuer
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card

VALUER = Valuer.of(a_card().assets, MarkBook.of([Mark(0, "ETH", 3_000_000_000)]))


@given(st.integers(-(10**30), 10**30))
def test_wrapped_native_and_exchange_coins_share_their_underlying_s_mark(lots: int):
    values = {
        VALUER.at(WETH, lots * 10**8, 1),
        VALUER.at(ETH, lots * 10**8, 1),
        VALUER.at(PAPER_ETH, lots, 1),
    }
    assert values == {lots * 3_000_000_000 * 10**8}


def test_a_dollar_is_a_dollar_whatever_its_decimals():
    assert VALUER.at(USDC, 10**6, 1) == VALUER.at(PAPER_USDC, 10**8, 1) == 10**24


@given(st.integers(), st.integers())
def test_the_parts_are_worth_the_whole(first: int, second: int):
    whole = VALUER.at_mark(WETH, first + second, 7)
    assert whole == VALUER.at_mark(WETH, first, 7) + VALUER.at_mark(WETH, second, 7)


def test_what_has_no_mark_has_no_value():
    valuer = Valuer.of(a_card().assets, MarkBook.of([]))
    assert valuer.at(WETH, 1, 1) is None
    assert valuer.at(USDC, 1, 1) == 10**18


def test_only_assets_of_the_desk_are_known():
    assert VALUER.knows(WETH)
    assert not VALUER.knows("WETH")
    assert VALUER.underlying(WETH) == "ETH"


@given(st.lists(st.integers(-(10**30), 10**30)))
def test_what_came_is_worth_together_what_each_was_worth(units: list[int]):
    times_ns = list(range(len(units)))
    each = [VALUER.at(WETH, many, at) or 0 for at, many in enumerate(units)]
    assert VALUER.all_at(WETH, units, times_ns) == sum(each)


def test_flows_of_one_underlying_are_counted_together_in_whole_coins():
    flows = [
        Flow("w", WETH, [1, 2]),
        Flow("w", PAPER_ETH, [-1, 3]),
        Flow("w", "unheard of", [5, 5]),
    ]
    assert VALUER.by_underlying(flows) == {"ETH": [1 - 10**8, 2 + 3 * 10**8]}
    assert VALUER.by_underlying(flows[2:]) == {}
