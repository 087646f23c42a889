"""What is seen and not final, on a real chain and exchange, through every end it can take."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from domain.clock import SECOND_NS
from domain.home import DeskHome
from domain.ledger.bitemporal import POSTED, REVERSAL, VOIDED, Booking, entries_booked
from domain.ledger.build import entries_of
from domain.ledger.types import PENDING, PENDING_CAUSE, Entry, canonical_bytes, is_own
from domain.settlement.settle import settle
from journal.entry import Entry as Fact
from journal.writer import JournalWriter
from live.chain.executor import approve_calldata
from orchestration.captures.anchor import capture_anchor
from orchestration.captures.chain import capture_blocks
from orchestration.captures.exchange import capture_fills, capture_ledger_lines
from orchestration.captures.facts import capture_facts
from orchestration.captures.pending import capture_pending
from orchestration.closing import bookings
from orchestration.day import Day
from orchestration.reading import books
from orchestration.reading.pending import exact_amounts, pending_entries
from rehearsal.chain.deploy import WETH
from rehearsal.exchange.commands import Command, Deposit, Refusal
from rehearsal.exchange.venue import SPOT
from tests.kit.chain import TestChain
from tests.kit.clock import HandClock
from tests.kit.exchange import KEY, SECRET, PaperExchange, paper_exchange
from tests.kit.facts import an_entry, fact
from tests.live.chain.test_executor import arbitrage, make_cheap
from tests.orchestration.captures.test_chain import day, home

__all__ = ["day", "home"]
pytestmark = pytest.mark.chain
FINAL = 5
"""Blocks after which whatever came before them is final."""


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", KEY)
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)


class Outside:
    """The exchange of a story: its clock, and what it does, in its own thread."""

    def __init__(self, paper: PaperExchange, clock: HandClock) -> None:
        self.clock = clock
        self._venue, self._loop = paper.venue, asyncio.get_running_loop()

    def does(self, command: Command) -> None:
        """Let the exchange carry something out."""

        async def execute() -> object:
            return self._venue.execute(command)

        done = asyncio.run_coroutine_threadsafe(execute(), self._loop).result(5)
        assert not isinstance(done, Refusal)


Story = Callable[[Outside], object]


@pytest.fixture
def desk(home: DeskHome, tmp_path: Path) -> Callable[[Story], None]:
    """Tell a story at a desk whose exchange runs, and was funded before the desk opened."""

    def told(story: Story) -> None:
        async def run() -> None:
            card = msgspec.json.decode(home.card.read_bytes())
            clock = HandClock(card["opened_ns"] - 60 * SECOND_NS)
            async with paper_exchange(tmp_path, clock) as paper:
                card["exchange"]["rest_url"] = paper.rest_url
                home.card.write_bytes(msgspec.json.encode(card))
                await asyncio.to_thread(story, Outside(paper, clock))

        asyncio.run(run())

    return told


def look(home: DeskHome, day: str) -> list[Booking]:
    """Do what a tick does, up to the book: capture, settle what is final, book it and the rest."""
    capture_facts(home, day)
    capture_anchor(home, day)
    capture_blocks(home, day)
    capture_fills(home, day)
    capture_ledger_lines(home, day)
    capture_pending(home, day)
    at = Day(home, day)
    learned = bookings.learn(home, day, [*final_entries(at), *pending_entries(at)], at.span_ns[1])
    bookings.append(home, learned)
    return learned


def final_entries(at: Day) -> list[Entry]:
    """Book what is final from the captured rows themselves."""
    transactions = map(exact_amounts, at.lake.read("raw_chain__transactions", at.name))
    anchor = at.lake.read("raw_chain__anchors", at.name)[0]
    chain = books.chain_book(anchor, transactions, at.lake.read("raw_chain__logs", at.name))
    fills = at.lake.read("raw_exchange__fills", at.name)
    lines = at.lake.read("raw_exchange__ledger_lines", at.name)
    journal = books.journal_book(at.lake.read("raw_journal__facts", at.name))
    return entries_of(settle(at.card, journal, books.exchange_book(at.card, fills, lines), chain))


def booked(home: DeskHome, day: str) -> list[Entry]:
    return entries_booked(bookings.bookings_in(home, day))


def waiting(home: DeskHome, day: str) -> set[str]:
    """Name what is pending by what proves it."""
    return {one.evidence for one in booked(home, day) if one.cause == PENDING_CAUSE}


def reasons(learned: list[Booking]) -> set[str]:
    return {one.reason for one in learned if one.kind == REVERSAL}


def plan(home: DeskHome, chain: TestChain, tx_hash: str, at_ns: int) -> None:
    """Journal what the loop writes down before it sends."""
    intended = fact(
        "transaction.intended", tx_hash=tx_hash, execution_id="ex-1",
        signer=chain.card.wallet, to=chain.card.executor, venues=("univ2-a", "univ2-b"),
    )  # fmt: skip
    planned = fact("execution.planned", execution_id="ex-1", venues=("univ2-a", "univ2-b"))
    entries: list[Fact] = [an_entry(planned), an_entry(intended)]
    with JournalWriter(home, HandClock(at_ns)) as writer:
        writer.append(entries)


def test_while_a_block_is_not_final_nothing_of_it_is_ours_and_all_of_it_is_seen(
    chain: TestChain, home: DeskHome, day: str, desk
):
    def story(_: Outside) -> None:
        sent = chain.send(chain.stranger, chain.desk.address, value_wei=5)
        look(home, day)
        (entry,) = booked(home, day)
        assert entry.cause == PENDING_CAUSE
        assert sent.tx_hash in entry.evidence
        assert not [one for one in entry.postings if is_own(one.account)]
        pending = {one.account: one.units for one in entry.postings}
        assert pending[f"{PENDING}eip155:31337:{chain.desk.address}"] == 5
        assert look(home, day) == []
        chain.mine(FINAL)
        assert reasons(look(home, day)) == {POSTED}
        (posted,) = booked(home, day)
        assert (posted.cause, posted.entry_id) == ("unexplained", entry.subject)

    desk(story)


def test_through_reorgs_the_book_ends_where_the_canonical_chain_alone_would_have(
    chain: TestChain, home: DeskHome, day: str, tmp_path: Path, desk
):
    def story(_: Outside) -> None:
        lost = chain.send(chain.stranger, chain.desk.address, value_wei=5)
        chain.mine()
        look(home, day)
        assert any(lost.tx_hash in one for one in waiting(home, day))
        chain.reorg(2)
        assert reasons(look(home, day)) == {VOIDED}
        assert booked(home, day) == []

        make_cheap(chain, "univ2-a")
        meant = chain.sign(chain.desk, chain.card.executor, arbitrage(chain, "univ2-a", "univ2-b"))
        plan(home, chain, meant.tx_hash, Day(home, day).anchor.cutoff_ns)
        chain.rpc("eth_sendRawTransaction", "0x" + meant.raw.hex())
        look(home, day)
        seen = {one.strategy for one in booked(home, day)}
        assert seen == {"dex_dex"}
        chain.reorg(1, "0x" + meant.raw.hex())  # the same transaction in another block
        assert reasons(look(home, day)) <= {VOIDED, "the sources say otherwise now"}
        chain.send(chain.desk, chain.weth, approve_calldata(chain.card.executor, WETH))
        look(home, day)
        chain.mine(FINAL)
        assert reasons(look(home, day)) == {POSTED}

        alone = DeskHome(tmp_path / "alone" / "desk")
        alone.root.parent.mkdir()
        shutil.copytree(home.root, alone.root, ignore=shutil.ignore_patterns("lake"))
        look(alone, day)
        assert waiting(home, day) == set()
        assert len(booked(home, day)) > 3
        assert canonical_bytes(booked(home, day)) == canonical_bytes(booked(alone, day))

    desk(story)


def test_a_deposit_after_the_cut_off_is_pending_until_the_chain_has_come_as_far(
    chain: TestChain, home: DeskHome, day: str, desk
):
    def story(outside: Outside) -> None:
        chain.rpc("anvil_mine", hex(FINAL), hex(1))  # a second apart
        newest = chain.rpc("eth_getBlockByNumber", "latest", False)
        outside.clock.wind(int(newest["timestamp"], 16) * SECOND_NS - outside.clock.now_ns())
        outside.does(Deposit(SPOT, "USDC", 7))
        look(home, day)
        (entry,) = booked(home, day)
        assert entry.cause == PENDING_CAUSE
        assert {one.account: one.units for one in entry.postings} == {
            f"{PENDING}paper:spot": 7, "external:paper": -7,
        }  # fmt: skip
        chain.rpc("anvil_mine", hex(FINAL), hex(1))
        assert reasons(look(home, day)) == {POSTED}
        (posted,) = booked(home, day)
        assert (posted.cause, posted.entry_id) == ("deposit", entry.subject)

    desk(story)
