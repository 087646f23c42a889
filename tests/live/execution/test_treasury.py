"""A side that does not answer is unknown: its assets are left out, never zero."""

from __future__ import annotations

import asyncio

from domain.errors import VenueUnavailable
from live.chain.decoding import BlockHead
from live.execution.treasury import Treasury, wallet_at_head
from tests.kit.clock import noon_clock
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
    return asyncio.run(Treasury(chain, venue, a_card(), noon_clock()).balances())


def test_both_sides_are_read():
    assert set(read()) == {ETH, WETH, USDC, PAPER_ETH}


def test_a_silent_chain_leaves_its_assets_unknown():
    assert read(chain_is_away=True) == {PAPER_ETH: 7}


def test_a_silent_exchange_leaves_its_assets_unknown():
    assert set(read(venue_is_away=True)) == {ETH, WETH, USDC}


def test_what_was_read_is_told_once_and_again_when_it_is_otherwise():
    chain, venue = ScriptedChain([]), Exchange([])
    treasury = Treasury(chain, venue, a_card(), noon_clock())
    assert treasury.news() is None
    asyncio.run(treasury.balances())
    told = treasury.news()
    assert told is not None
    assert {one.asset for one in told.holdings} == {ETH, WETH, USDC}
    assert told.block_number == asyncio.run(chain.head()).number
    asyncio.run(treasury.balances())
    assert treasury.news() is None


def test_a_reading_whose_block_was_replaced_meanwhile_is_none():
    class Forked(ScriptedChain):
        async def block(self, which: int | str) -> BlockHead | None:
            return BlockHead(42, "0x" + "99" * 32, "0x", 1, 1)

    assert asyncio.run(wallet_at_head(Forked([]), a_card())) is None
