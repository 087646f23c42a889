"""Holdings are valued exactly or not at all, and a trade moves them by its legs and its gas."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.money import value_usd_e24
from live.risk.portfolio import CHAIN, moved_balances, portfolio_of
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card
from tests.kit.trading import a_two_leg, an_atomic

CARD = a_card()
MARK_E6 = 3_000_000_000
UNITS = st.integers(0, 10**24)
HELD = st.fixed_dictionaries(dict.fromkeys((ETH, WETH, USDC, PAPER_ETH, PAPER_USDC), UNITS))


@given(HELD)
def test_places_and_assets_are_two_cuts_of_one_sum(balances: dict[str, int]):
    portfolio = portfolio_of(balances, CARD, MARK_E6)
    assert portfolio is not None
    assert sum(portfolio.by_asset.values()) == sum(portfolio.by_place.values())
    assert portfolio.gross_usd_e24 == sum(portfolio.base_by_place.values())
    assert portfolio.by_place["paper"] == sum(
        value_usd_e24(balances[asset], CARD.asset(asset).decimals, mark)
        for asset, mark in ((PAPER_ETH, MARK_E6), (PAPER_USDC, 10**6))
    )


@given(HELD, st.sampled_from([ETH, WETH, USDC, PAPER_ETH, PAPER_USDC]))
def test_one_balance_that_was_never_read_makes_the_whole_unknown(
    balances: dict[str, int], missing: str
):
    del balances[missing]
    assert portfolio_of(balances, CARD, MARK_E6) is None


def test_a_trade_moves_both_places_and_the_gas():
    held = {ETH: 10**20, WETH: 10**20, USDC: 10**12, PAPER_ETH: 10**12, PAPER_USDC: 10**14}
    after = moved_balances(a_two_leg("buy"), held, CARD)
    assert after[WETH] == held[WETH] + 10**18
    assert after[PAPER_ETH] == held[PAPER_ETH] - 10**10
    assert after[ETH] == held[ETH] - a_two_leg().expected_gas_wei
    assert moved_balances(an_atomic(), held, CARD)[WETH] == held[WETH]
    portfolio = portfolio_of(held, CARD, MARK_E6)
    assert portfolio is not None
    assert portfolio.imbalance_usd_e24 == abs(
        portfolio.base_by_place[CHAIN] - portfolio.base_by_place["paper"]
    )
