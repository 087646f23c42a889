"""Legs of a round: the side, assets, units and prices of the venue itself."""

from domain.market.price import average_price_e6
from tests.kit.facts import USDC, WETH
from tests.kit.market import Playbook, a_book, a_quiet_book
from tests.kit.wide_desk import DAI, OTHER_ETH, OTHER_USD, a_wide_block, a_wide_card, other_book


def _legs(kind):
    told = Playbook(card=a_wide_card())
    told.market(a_quiet_book(1) if kind == "triangular" else a_book(1, 3000.0))
    answers = [told.defi(*a_wide_block(10, dai_per_eth=3100)), told.market(other_book(1, 3060))]
    facts = [finding.opportunity for answer in answers for finding in answer.findings]
    return {leg.venue: leg for fact in facts if fact.strategy == kind for leg in fact.legs}


def test_pools_are_quoted_in_the_desks_money_and_prices_are_of_whole_coins():
    legs = _legs("triangular")
    assert (legs["dai-usdc"].base_asset, legs["dai-usdc"].quote_asset) == (DAI, USDC)
    assert (legs["dai-weth"].base_asset, legs["dai-weth"].quote_asset) == (DAI, WETH)
    assert legs["dai-usdc"].top_price_e6 == 10**6
    assert legs["univ2-a"].top_price_e6 == 3000 * 10**6
    assert legs["univ2-a"].fee_pips == 3000


def test_books_are_in_their_own_coins_and_whole_lots_with_the_fee_inside():
    leg = _legs("cex_cex")["other"]
    assert (leg.base_asset, leg.quote_asset) == (OTHER_ETH, OTHER_USD)
    assert leg.top_price_e6 == 3059_500000
    assert leg.base_units % 100 == 0
    assert leg.quote_price_e6 == average_price_e6("sell", leg.base_units, 10, leg.quote_units, 8)
    assert leg.quote_price_e6 < leg.top_price_e6 * (1 - 0.0025)
