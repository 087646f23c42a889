"""A trade names the scopes whose halts and caps concern it."""

from __future__ import annotations

from live.risk.situation import asset_scopes, scopes_of
from tests.kit.facts import a_card
from tests.kit.trading import a_two_leg


def test_the_scopes_of_an_opportunity_name_desk_strategy_and_venues():
    assert scopes_of(a_two_leg()) == ("desk", "strategy:cex_dex", "venue:univ2-a", "venue:paper")


def test_assets_that_are_worth_the_same_are_one_scope():
    assert asset_scopes(a_two_leg(), a_card()) == ("asset:ETH", "asset:USDC")
