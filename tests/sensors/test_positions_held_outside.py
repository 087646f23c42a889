"""What the loop reads of a real chain and exchange is what the books hold; what is off alarms.

Capture, settlement and book are the desk's own; each fault is made outside, where the holding is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import msgspec
import pytest

from domain.clock import SECOND_NS
from domain.home import DeskHome
from domain.identity import wallet_account
from domain.ledger.build import entries_of, opening_entries
from domain.ledger.types import Entry
from domain.positions.live import Disagreement
from domain.positions.told import LOCKED
from domain.settlement.outcome import Settlement
from domain.settlement.settle import settle
from journal.writer import JournalWriter
from live.chain.rpc import ChainClient
from live.execution.exchange import KrakenVenue
from live.execution.treasury import Treasury
from orchestration.captures.anchor import capture_anchor
from orchestration.captures.chain import capture_blocks, capture_openings
from orchestration.captures.exchange import (
    capture_exchange_openings,
    capture_fills,
    capture_ledger_lines,
)
from orchestration.captures.facts import capture_facts
from orchestration.checks.live_positions import compared, loop_against_books
from orchestration.day import ENTRIES, Day
from orchestration.reading import books
from orchestration.reading.movements import EXECUTIONS, save_settlement
from orchestration.reading.pending import exact_amounts
from orchestration.resources.desk import Desk, desk_card
from orchestration.resources.lake import Cursor
from rehearsal.exchange.commands import Deposit
from rehearsal.exchange.venue import SPOT
from sensors.live_positions import live_positions
from tests.kit.chain import TestChain
from tests.kit.clock import HandClock
from tests.kit.exchange import KEY, SECRET, PaperExchange, paper_exchange
from tests.kit.facts import PAPER_ETH, PAPER_USDC, an_entry, fact
from tests.orchestration.captures.test_chain import day, home
from tests.orchestration.captures.test_pending import FINAL, Outside

__all__ = ["day", "home"]
pytestmark = pytest.mark.chain
APART_S = 4
"""Between blocks: more than an exchange's clock may be off, twice."""
EXCHANGE = "paper:spot"


class Loop:
    """Reads what is held as the trader does, writes it down, and lets the books follow."""

    def __init__(self, home: DeskHome, day: str, chain: TestChain, outside: Outside) -> None:
        self.home, self.day, self.chain, self.outside = home, day, chain, outside

    def looks(self) -> list[Disagreement]:
        """Read both sides now, and compare once the books are complete for it."""
        self._in_time()
        asyncio.run(self._read())
        self.passes()
        return loop_against_books(self._booked())

    def passes(self) -> None:
        """Let blocks pass until what happened is final."""
        self.chain.rpc("anvil_mine", hex(2 * FINAL), hex(APART_S))
        self._in_time()

    def asks(self) -> list[str]:
        """Tick the sensor; give the days it asks about."""
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(instance=instance)
            found = live_positions(context, desk=Desk(root=str(self.home.root)))
        assert isinstance(found, dg.SensorResult)
        return [one.partition_key or "" for one in found.run_requests or ()]

    def writes(self, *facts: object) -> None:
        """Put facts into the journal as of now."""
        entries = [an_entry(one, observed_ns=self.outside.clock.now_ns()) for one in facts]
        with JournalWriter(self.home, self.outside.clock) as writer:
            writer.append(entries)

    def order(self, *, is_known: bool) -> None:
        """Rest an order at the exchange; whether the desk knows of it."""
        intent = fact(
            "order.intended", client_order_id="resting", side="sell", base_units=10**9,
            limit_price="3900.00", purpose="slice",
        )  # fmt: skip
        if is_known:
            self.writes(intent)

        async def rest(venue: KrakenVenue) -> None:
            assert (await venue.rest(intent)).status == "OPEN"

        asyncio.run(self._at_venue(rest))

    async def _read(self) -> None:
        async def read(venue: KrakenVenue) -> None:
            card = desk_card(self.home)
            async with ChainClient(self.chain.rpc_url) as client:
                treasury = Treasury(client, venue, card, self.outside.clock)
                await treasury.balances()
                self.writes(*await treasury.news())

        await self._at_venue(read)

    async def _at_venue(self, deed: Callable) -> None:
        venue = KrakenVenue(desk_card(self.home), KEY, SECRET)
        try:
            await venue.open()
            await deed(venue)
        finally:
            await venue.close()

    def _in_time(self) -> None:
        newest = self.chain.rpc("eth_getBlockByNumber", "latest", False)
        now_ns = int(newest["timestamp"], 16) * SECOND_NS
        self.outside.clock.wind(max(0, now_ns - self.outside.clock.now_ns()))

    def _booked(self) -> Day:
        home, name = self.home, self.day
        capture_facts(home, name)
        capture_anchor(home, name)
        for capture in (
            capture_blocks, capture_openings, capture_fills, capture_ledger_lines,
            capture_exchange_openings,
        ):  # fmt: skip
            capture(home, name)
        at = Day(home, name)
        settled = _settled(at)
        save_settlement(home, name, settled)
        claims = [
            *books.chain_claims(at.lake.read("raw_chain__openings", name)),
            *books.exchange_claims(at.lake.read("raw_exchange__openings", name)),
        ]
        entries = at.own([*opening_entries(claims), *entries_of(settled)])
        at.lake.save(ENTRIES, name, Entry, entries)
        for table in (EXECUTIONS, ENTRIES):
            at.lake.remember(table, name, Cursor(0, at.anchor.block_hash))
        return at


def _settled(at: Day) -> Settlement:
    rows = {
        name: at.lake.read(f"raw_{name}", at.name)
        for name in ("chain__transactions", "chain__logs", "exchange__fills",
                     "exchange__ledger_lines", "journal__facts", "chain__anchors")
    }  # fmt: skip
    transactions = map(exact_amounts, rows["chain__transactions"])
    chain = books.chain_book(rows["chain__anchors"][0], transactions, rows["chain__logs"])
    lines = rows["exchange__ledger_lines"]
    statements = books.exchange_book(at.card, rows["exchange__fills"], lines)
    return settle(at.card, books.journal_book(rows["journal__facts"]), statements, chain)


Story = Callable[[Loop, PaperExchange], None]


@pytest.fixture
def told(
    home: DeskHome, day: str, chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Story], None]:
    """Tell a story at a desk that opened with a funded account and trades nothing."""
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", KEY)
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)

    def tell(story: Story) -> None:
        async def run() -> None:
            card = msgspec.json.decode(home.card.read_bytes())
            clock = HandClock(card["opened_ns"] - 60 * SECOND_NS)
            async with paper_exchange(tmp_path, clock) as paper:
                card["exchange"]["rest_url"] = paper.rest_url
                home.card.write_bytes(msgspec.json.encode(card))
                outside = Outside(paper, clock)
                loop = Loop(home, day, chain, outside)

                def tells() -> None:
                    loop.passes()
                    story(loop, paper)

                await asyncio.to_thread(tells)

        asyncio.run(run())

    return tell


def test_all_that_is_held_agrees_and_nobody_is_asked(told):
    def story(loop: Loop, _: PaperExchange) -> None:
        loop.order(is_known=True)
        assert loop.looks() == []
        loop.outside.does(Deposit(SPOT, "USDC", 7))
        assert loop.looks() == []
        assert len(compared(Day(loop.home, loop.day))) == 3  # wallet, executor, exchange
        assert loop.asks() == []

    told(story)


def test_what_came_to_the_executor_without_a_transaction_alarms(told):
    def story(loop: Loop, _: PaperExchange) -> None:
        card = loop.chain.card
        loop.chain.rpc("anvil_setBalance", card.executor, "0x5")
        account = wallet_account(card.chain_id, card.executor)
        assert loop.looks() == [Disagreement(account, card.native, 5, 0)]
        assert loop.asks() == [loop.day]

    told(story)


def test_what_the_exchange_holds_beside_its_statement_alarms(told):
    def story(loop: Loop, paper: PaperExchange) -> None:
        paper.venue.engine.accounts.balances[SPOT]["USDC"] -= 5
        (found,) = loop.looks()
        assert (found.subject, found.asset) == (EXCHANGE, PAPER_USDC)
        assert found.live_units == found.booked_units - 5 > 0
        assert loop.asks() == [loop.day]

    told(story)


def test_what_the_exchange_keeps_for_an_order_nobody_intended_alarms(told):
    def story(loop: Loop, _: PaperExchange) -> None:
        loop.order(is_known=False)
        assert loop.looks() == [Disagreement(EXCHANGE + LOCKED, PAPER_ETH, 10**9, 0)]
        assert loop.asks() == [loop.day]

    told(story)
