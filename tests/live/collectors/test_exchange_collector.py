"""Each dialect over ccxt's own connection, on loopback: heard to the last digit, and doubted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from prometheus_client import REGISTRY

from domain.errors import ConfigRefused
from domain.market.book import Level, snapshot
from domain.market.reason import Reason
from journal.records import GapNoticed
from live.collectors import exchange_collector
from live.collectors.cex import Exchanges, chosen
from live.collectors.notices import Notices
from live.detection.market import Market, hear_market
from live.detection.rules import Rules
from live.protocol import v1
from rehearsal.exchange.commands import Quote
from rehearsal.exchange.dialects.feed import Voices
from rehearsal.exchange.venue import MAKER
from tests.kit.eventually import eventually
from tests.kit.exchange import PaperExchange
from tests.kit.facts import a_card
from tests.kit.homes import a_home
from tests.kit.ingest import Ingest, a_service, ingest_v1, ingest_v2
from tests.kit.trading import RememberingRecorder
from tests.kit.voices import (
    CLIENTS,
    Mishap,
    once,
    speaking_exchange,
    with_a_bid_above_all,
    with_first_price,
)

WITHIN_S = 40.0
OTHERS = [client for client in CLIENTS if client != "okx"]
Levels = tuple[Level, ...]


@dataclass
class Stage:
    """One process that listens to an exchange in every dialect: OKX's as the desk's own."""

    exchange: PaperExchange
    voices: Voices
    exchanges: Exchanges
    ingest: Ingest
    recorder: RememberingRecorder

    def known(self) -> dict[str, tuple[Levels, Levels]]:
        """Give the books a reader knows by now."""
        market = hear_market(Market.unheard(self.card), self.ingest.messages, 1).market
        books = {venue: heard.book for venue, heard in market.books.items()}
        if market.book is not None:
            books["okx"] = market.book
        return {venue: (book.bids, book.asks) for venue, book in books.items()}

    @property
    def card(self):
        return self.exchanges._service.card

    def are_true(self) -> bool:
        """Ask whether every reader's book is the exchange's, to the last digit."""
        book = self.exchange.venue.engine.book
        sides = [
            [
                Level(Decimal(price).scaleb(-2), Decimal(lots).scaleb(-8))
                for price, lots in side.levels(25)
            ]
            for side in (book.bids, book.asks)
        ]
        true = snapshot(*sides)
        return self.known() == dict.fromkeys(CLIENTS, (true.bids, true.asks))

    def gaps(self) -> set[str]:
        """Name the exchanges the journal was told about."""
        gaps = self.recorder.of(GapNoticed.KIND)
        return {gap.source.removeprefix("exchange:") for gap in gaps}

    def resets(self) -> set[int]:
        """Give the pairs readers were told to forget."""
        return {message.symbol_hash for message in self.ingest.of(v1.L2Reset)}

    async def befall(self, mishap: Mishap, changes: int = 1) -> None:
        """Let something happen to the next changes of every dialect."""
        self.voices.garble = once(changes, mishap)
        await self.move(changes)

    async def move(self, times: int = 1) -> None:
        """Quote somewhere else, so that the best levels change; each as a message of its own."""
        for _ in range(times):
            self.moves = getattr(self, "moves", 0) + 1
            self.exchange.quote(300_000 + 7 * self.moves, 10**8 + self.moves, levels=30)
            await asyncio.sleep(0)


@asynccontextmanager
async def a_stage(folder: Path) -> AsyncIterator[Stage]:
    async with speaking_exchange(folder) as (exchange, voices):
        exchange.quote(levels=30)
        cards = [
            msgspec.structs.replace(
                a_card().exchange,
                venue=client,
                dialect=client,
                rest_url=exchange.rest_url,
                ws_url=exchange.ws_url,
                symbol="ETH/USDC:USDC" if client == "binanceusdm" else "ETH/USDC",
            )
            for client in CLIENTS
        ]
        home = a_home(folder, exchange=cards[0], watched=tuple(cards[1:]))
        recorder = RememberingRecorder()
        async with (
            ingest_v1(home.sockets / "paper.sock") as ingest,
            ingest_v2(home.sockets / "books.sock"),
            a_service("collector-cex", home) as service,
        ):
            notices = Notices(recorder, service.clock)
            service.spawn(notices.run(service.stopping), "notices")
            exchanges = Exchanges(service, notices)
            service.spawn(exchanges.beat(), "beat")
            stage = Stage(exchange, voices, exchanges, ingest, recorder)
            await eventually(stage.are_true, within_s=WITHIN_S)
            yield stage


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Connect again at once: what is tested here is that, not how long one waits."""
    monkeypatch.setattr(exchange_collector, "_FIRST_S", 0.01)
    monkeypatch.setattr(exchange_collector, "_CEILING_S", 0.01)


def count(name: str, client: str, **labels: str) -> float:
    full = f"alphapulse_collector_cex_{name}_total"
    return REGISTRY.get_sample_value(full, {"venue": client, **labels}) or 0.0


def counts(name: str, reason: Reason) -> dict[str, float]:
    return {client: count(name, client, reason=reason) for client in CLIENTS}


def test_a_readers_books_equal_the_exchanges_in_every_dialect(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            await stage.move(20)
            await eventually(stage.are_true)
            assert not stage.gaps()

    asyncio.run(script())


def slow(*given):
    return pytest.param(*given, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("mishap", "changes", "reason"),
    [
        pytest.param(lambda frames: frames[1:], 2, None, id="a message was lost"),
        slow(lambda frames: frames[::-1], 2, None),
        slow(lambda frames: [frames[0][:-9]], 1, Reason.UNREADABLE),
        slow(with_first_price("-{}".format), 1, Reason.PRICE_NOT_POSITIVE),
        slow(with_first_price(lambda _: "NaN"), 1, Reason.NOT_A_NUMBER),
        slow(with_first_price("{}1".format), 1, Reason.OFF_GRID),
        slow(with_first_price(lambda _: "9" * 30), 1, Reason.TOO_LARGE),
    ],
)
def test_what_breaks_a_book_is_named_and_counted_and_the_book_is_gone_until_it_healed(
    tmp_path: Path, mishap: Mishap, changes: int, reason: Reason | None
):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            before = counts("troubles", reason) if reason else {}
            await stage.befall(mishap, changes)
            await eventually(lambda: stage.gaps() == set(CLIENTS), within_s=WITHIN_S)
            await eventually(lambda: len(stage.resets()) == len(CLIENTS))
            for client, counted in before.items():
                assert count("troubles", client, reason=str(reason)) > counted
            await eventually(stage.are_true, within_s=WITHIN_S)

    asyncio.run(script())


def test_nothing_can_be_read_of_a_broken_book_before_the_exchange_said_it_again(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            stage.voices.garble = lambda _, frame: [frame] if '"subscri' in frame else []
            assert stage.voices.cut() == len(CLIENTS)
            await eventually(lambda: stage.known() == {})
            market = hear_market(Market.unheard(stage.card), stage.ingest.messages, 1).market
            assert market.fresh_book(1, Rules()) is None
            assert [market.watched_book(venue, 1, Rules()) for venue in OTHERS] == [None] * 5
            await eventually(lambda: stage.gaps() == set(CLIENTS))
            assert "unknown" in stage.exchanges._service.health().reason
            stage.voices.garble = lambda _, frame: [frame]
            stage.voices.cut()
            await eventually(stage.are_true, within_s=WITHIN_S)
            assert stage.exchanges._service.health().state == "ready"

    asyncio.run(script())


def test_a_message_said_twice_and_one_about_another_symbol_leave_the_books_known(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            twice, others = counts("ignored", Reason.DUPLICATE), "other_symbols"
            before = {client: count(others, client) for client in CLIENTS}
            await stage.befall(lambda frames: frames * 2)
            await eventually(stage.are_true, within_s=WITHIN_S)
            for client in set(CLIENTS) - {"coinbase"}:  # it counts its frames, so twice is a break
                await eventually(
                    lambda name=client: (
                        count("ignored", name, reason=Reason.DUPLICATE) == twice[name] + 1
                    )
                )
            await eventually(lambda: stage.gaps() == {"coinbase"})
            await eventually(stage.are_true, within_s=WITHIN_S)
            await stage.befall(
                lambda frames: [*frames, frames[0].replace("ETH", "XRP").replace("eth", "xrp")]
            )
            await eventually(lambda: all(count(others, c) > before[c] for c in CLIENTS))
            assert stage.gaps() == {"coinbase"}

    asyncio.run(script())


def test_a_crossed_an_empty_and_a_one_sided_book_are_counted_by_name(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            for reason, bids in ((Reason.ONE_SIDED, ((299_000, 10**8),)), (Reason.EMPTY, ())):
                before = counts("faults", reason)
                stage.exchange.venue.execute(Quote(MAKER, bids, ()))
                await eventually(stage.are_true)
                assert {n for n in CLIENTS if counts("faults", reason)[n] > before[n]} == set(
                    CLIENTS
                )
            faults = counts("faults", Reason.CROSSED)
            doubts = counts("troubles", Reason.CHECKSUM)
            await stage.befall(with_a_bid_above_all)
            for client in CLIENTS:
                await eventually(
                    lambda name=client: (
                        count("faults", name, reason=Reason.CROSSED) > faults[name]
                        or count("troubles", name, reason=Reason.CHECKSUM) > doubts[name]
                    )
                )

    asyncio.run(script())


def test_exchanges_that_readers_could_not_tell_apart_are_refused():
    card = a_card()
    twice = msgspec.structs.replace(card, watched=(card.exchange,))
    with pytest.raises(ConfigRefused, match="read alike"):
        chosen(twice)


def test_one_exchange_of_the_card_can_be_chosen_and_a_stranger_is_refused():
    other = msgspec.structs.replace(a_card().exchange, venue="other")
    card = msgspec.structs.replace(a_card(), watched=(other,))
    assert [exchange.venue for exchange in chosen(card)] == ["paper", "other"]
    assert chosen(card, ["other"]) == [other]
    with pytest.raises(ConfigRefused, match="paper, other"):
        chosen(card, ["another"])
