"""A side that does not answer is unknown: its assets are left out, never zero."""

from __future__ import annotations

import asyncio

from domain.errors import VenueUnavailable
from domain.identity import wallet_account
from journal.records import InventoryRead, InventoryTold
from live.chain.decoding import BlockHead
from live.execution.ports import Holding
from live.execution.treasury import GIVEN_AGAIN_NS, Treasury, held_at
from tests.kit.clock import HandClock, noon_clock
from tests.kit.facts import CHAIN_ID, ETH, EXECUTOR, PAPER_ETH, USDC, WALLET, WETH, a_card
from tests.kit.scripted import ScriptedChain, ScriptedExchange

ON_CHAIN = {wallet_account(CHAIN_ID, WALLET), wallet_account(CHAIN_ID, EXECUTOR)}


class Exchange(ScriptedExchange):
    """An exchange with one balance, or none to be had; an answer takes so long."""

    is_away = False
    locked_units = 2
    clock: HandClock | None = None

    async def holdings(self) -> dict[str, Holding]:
        if self.is_away:
            raise VenueUnavailable("the exchange does not answer")
        if self.clock:
            self.clock.wind(5)
        return {PAPER_ETH: Holding(7, self.locked_units)}


def read(*, chain_is_away: bool = False, venue_is_away: bool = False) -> dict[str, int]:
    chain, venue = ScriptedChain([]), Exchange([])
    chain.is_away, venue.is_away = chain_is_away, venue_is_away
    return asyncio.run(Treasury(chain, venue, a_card(), noon_clock()).balances())


def test_both_sides_are_read():
    assert set(read()) == {ETH, WETH, USDC, PAPER_ETH}


def test_what_orders_keep_is_not_to_be_spent():
    assert read()[PAPER_ETH] == 7


def test_a_silent_chain_leaves_its_assets_unknown():
    assert read(chain_is_away=True) == {PAPER_ETH: 7}


def test_a_silent_exchange_leaves_its_assets_unknown():
    assert set(read(venue_is_away=True)) == {ETH, WETH, USDC}


class Desk:
    """A treasury whose sides the test changes."""

    def __init__(self) -> None:
        self.clock = noon_clock()
        self.chain, self.venue = ScriptedChain([]), Exchange([])
        self.venue.clock = self.clock
        self.treasury = Treasury(self.chain, self.venue, a_card(), self.clock)

    def told(self) -> list[InventoryRead | InventoryTold]:
        """Read both sides, and give what is news."""

        async def look() -> list:
            await self.treasury.balances()
            return await self.treasury.news()

        return asyncio.run(look())


def test_nothing_is_told_before_anything_was_read():
    assert asyncio.run(Desk().treasury.news()) == []


def test_wallet_and_executor_are_told_at_one_block_and_the_exchange_in_a_span_of_time():
    desk = Desk()
    asked_ns = desk.clock.now_ns()
    *on_chain, at_exchange = desk.told()
    assert {one.account for one in on_chain} == ON_CHAIN
    head = asyncio.run(desk.chain.head())
    for one in on_chain:
        assert isinstance(one, InventoryRead)
        assert {held.asset for held in one.holdings} == {ETH, WETH, USDC}
        assert (one.block_number, one.block_hash) == (head.number, head.hash)
    assert isinstance(at_exchange, InventoryTold)
    (held,) = at_exchange.holdings
    assert (held.asset, held.free_units, held.locked_units) == (PAPER_ETH, 7, 2)
    assert (at_exchange.asked_ns, at_exchange.answered_ns) == (asked_ns, asked_ns + 5)


def test_what_was_read_is_told_once_and_again_when_it_is_otherwise_or_a_minute_passed():
    desk = Desk()
    assert len(desk.told()) == 3
    assert desk.told() == []
    desk.venue.locked_units = 3
    assert [one.account for one in desk.told()] == [a_card().exchange.account]
    desk.clock.wind(GIVEN_AGAIN_NS)
    assert len(desk.told()) == 3


def test_a_side_that_went_silent_is_not_told_as_it_was():
    desk = Desk()
    desk.venue.is_away = True
    assert {one.account for one in desk.told()} == ON_CHAIN
    desk.chain.is_away, desk.venue.is_away = True, False
    assert [one.account for one in desk.told()] == [a_card().exchange.account]


def test_a_reading_whose_block_was_replaced_meanwhile_is_none():
    class Forked(ScriptedChain):
        async def block(self, which: int | str) -> BlockHead | None:
            return BlockHead(42, "0x" + "99" * 32, "0x", 1, 1)

    assert asyncio.run(held_at(Forked([]), a_card(), WALLET)) is None
