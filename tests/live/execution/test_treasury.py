"""A side that does not answer is unknown: its assets are left out, never zero."""

from __future__ import annotations

import asyncio

from domain.errors import VenueUnavailable
from live.execution.treasury import all_balances
from tests.kit.facts import ETH, PAPER_ETH, USDC, WETH, a_card
from tests.kit.scripted import ScriptedChain, ScriptedExchange


class Exchange(ScriptedExchange):
    """An exchange with one balance, or none to be had."""

    is_away = False

    async def balances(self) -> dict[str, int]:
        if self.is_away:
            raise VenueUnavailable("the exchange does not answer")
        return {PAPER_ETH: 7}


def read(*, chain_is_away: bool = False, venue_is_away: bool = False) -> dict[str, int]:
    chain, venue = ScriptedChain([]), Exchange([])
    chain.is_away, venue.is_away = chain_is_away, venue_is_away
    return asyncio.run(all_balances(chain, venue, a_card()))


def test_both_sides_are_read():
    assert set(read()) == {ETH, WETH, USDC, PAPER_ETH}


def test_a_silent_chain_leaves_its_assets_unknown():
    assert read(chain_is_away=True) == {PAPER_ETH: 7}


def test_a_silent_exchange_leaves_its_assets_unknown():
    assert set(read(venue_is_away=True)) == {ETH, WETH, USDC}
