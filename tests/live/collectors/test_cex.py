"""The exchange's collector against the paper exchange, over ccxt's own connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from domain.market.book import Book, Level, rungs, snapshot
from domain.market.reason import Reason
from domain.venues.kraken import checksum_of
from journal.records import GapNoticed
from live.collectors.cex import Exchanges
from live.collectors.exchange_collector import ExchangeCollector
from live.collectors.notices import Notices
from live.detection.market import Market, hear_market
from live.detection.rules import Rules
from live.protocol import v1, v2
from rehearsal.faults import Fault, FaultKind
from tests.kit.book_reader import state_book
from tests.kit.eventually import eventually
from tests.kit.exchange import PaperExchange, paper_exchange
from tests.kit.facts import a_card
from tests.kit.homes import a_home
from tests.kit.ingest import Ingest, a_service, ingest_v1, ingest_v2
from tests.kit.trading import RememberingRecorder

WITHIN_S = 40.0
"""ccxt takes seconds to import, more on a busy machine."""


@dataclass
class Stage:
    """A collector, the exchange it hears, and what it said."""

    collector: ExchangeCollector
    exchange: PaperExchange
    ingest: Ingest
    states: Ingest
    recorder: RememberingRecorder
    service: Any

    def market(self) -> Market:
        """Give the market as the detector knows it from every frame so far."""
        return hear_market(Market.unheard(a_card()), self.ingest.messages, 1).market

    def read_book(self) -> Book | None:
        """Rebuild the book from every frame so far, as the detector does."""
        return self.market().book

    def in_digits(self, book: Book) -> Book:
        """Write a book with the digits the exchange sends."""
        sides = (
            [
                Level(price.quantize(Decimal("0.01")), size.quantize(Decimal("1e-8")))
                for price, size in side
            ]
            for side in (book.bids, book.asks)
        )
        return snapshot(*sides)

    def is_heard(self) -> bool:
        """Ask whether a reader's book equals the exchange's, to the last digit."""
        read = self.read_book()
        return read is not None and (read.bids, read.asks) == self._true_book()

    def is_stated(self) -> bool:
        """Ask the same of a reader of v2, in the exchange's own digits."""
        read = state_book(self.states.of(v2.OrderBookState))
        return read is not None and (read.bids, read.asks) == self._true_book()

    def _true_book(self) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
        book = self.exchange.venue.engine.book
        bids, asks = (
            [
                Level(Decimal(price).scaleb(-2), Decimal(lots).scaleb(-8))
                for price, lots in side.levels(25)
            ]
            for side in (book.bids, book.asks)
        )
        true = snapshot(bids, asks)
        return true.bids, true.asks

    def gaps(self) -> list[GapNoticed]:
        """Give what the journal was told."""
        return self.recorder.of(GapNoticed.KIND)


@asynccontextmanager
async def a_stage(folder: Path) -> AsyncIterator[Stage]:
    async with paper_exchange(folder) as exchange:
        exchange.quote()
        card = msgspec.structs.replace(
            a_card().exchange, rest_url=exchange.rest_url, ws_url=exchange.ws_url
        )
        home = a_home(folder, exchange=card)
        recorder = RememberingRecorder()
        async with (
            ingest_v1(home.sockets / "paper.sock") as ingest,
            ingest_v2(home.sockets / "books.sock") as states,
            a_service("collector-cex", home) as service,
        ):
            notices = Notices(recorder, service.clock)
            service.spawn(notices.run(service.stopping), "notices")
            exchanges = Exchanges(service, notices)
            service.spawn(exchanges.beat(), "beat")
            (collector,) = exchanges.collectors.values()
            yield Stage(collector, exchange, ingest, states, recorder, service)


def test_a_readers_book_equals_the_exchanges_through_many_changes(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            await eventually(stage.is_heard, within_s=WITHIN_S)
            for step in range(1, 30):
                stage.exchange.quote(300_000 + 37 * step, 10**8 + step, levels=3 + step % 30)
            await eventually(lambda: stage.is_heard() and stage.is_stated())
            deltas = stage.ingest.of(v1.L2Delta)
            assert len(deltas) >= 29
            numbers = [message.sequence for message in deltas]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert stage.service.health().state == "ready"
            assert not stage.gaps()
            told = [message for message in stage.states.of(v2.OrderBookState) if message.sequence]
            assert len([message for message in told if not message.is_full]) >= 29
            assert told[-1].sequence == stage.ingest.of(v1.L2Delta)[-1].sequence

    asyncio.run(script())


def test_a_reader_is_told_the_symbol_before_the_book_and_again_with_every_beat(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            await eventually(lambda: len(stage.ingest.of(v1.Heartbeat)) >= 2, within_s=WITHIN_S)
            first = stage.ingest.messages[0]
            assert first == v1.SymbolMapping(v1.symbol_hash("paper:ETH-USDC"), "paper:ETH-USDC")
            snapshots = stage.ingest.of(v1.L2Snapshot)
            assert len(snapshots) >= 3
            assert len({message.sequence for message in snapshots}) == 1
            assert {frame.type for frame in stage.ingest.frames} <= set(v1.G1_TYPES)

    asyncio.run(script())


def test_a_cut_connection_resets_the_book_is_recorded_and_heals(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            await eventually(stage.is_heard, within_s=WITHIN_S)
            await stage.exchange.fault(Fault(kind=FaultKind.CUT_WEBSOCKET))
            await eventually(lambda: stage.ingest.of(v1.L2Reset))
            await eventually(lambda: state_book(stage.states.of(v2.OrderBookState)) is None)
            await eventually(stage.gaps)
            assert stage.gaps()[0].source == "exchange:paper"
            stage.exchange.quote(310_000)
            await eventually(stage.is_heard, within_s=WITHIN_S)
            await eventually(stage.is_stated)
            assert stage.service.health().state == "ready"

    asyncio.run(script())


def test_a_false_checksum_drops_the_book_and_subscribes_anew(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            await eventually(stage.is_heard, within_s=WITHIN_S)
            stage.collector.hear_text(
                '{"channel":"book","type":"update","data":[{"symbol":"ETH/USDC","bids":[],'
                '"asks":[{"price":3000.50,"qty":9.00000000}],"checksum":1}]}'
            )
            await eventually(lambda: [gap.noticed for gap in stage.gaps()] == ["checksum"])
            assert stage.ingest.of(v1.L2Reset)
            await eventually(stage.is_heard, within_s=WITHIN_S)

    asyncio.run(script())


_UPDATE = (
    '{{"channel":"book","type":"update","data":[{{"symbol":"{symbol}","bids":[{bids}],"asks":[],'
    '"checksum":{checksum}}}]}}'
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html>502</html>", Reason.UNREADABLE),
        (
            _UPDATE.format(symbol="ETH/USDC", bids='{"price":-1.00,"qty":1.00000000}', checksum=1),
            Reason.PRICE_NOT_POSITIVE,
        ),
    ],
)
def test_what_is_not_believed_is_counted_and_nothing_can_be_read_until_it_healed(
    tmp_path: Path, text: str, reason: Reason
):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            await eventually(stage.is_heard, within_s=WITHIN_S)
            counted = _count("troubles", reason=reason)
            stage.collector.hear_text(text)
            await eventually(lambda: stage.ingest.of(v1.L2Reset))
            assert stage.read_book() is None
            await eventually(stage.gaps)
            assert _count("troubles", reason=reason) == counted + 1
            assert reason.sentence in stage.service.health().reason
            await eventually(stage.is_heard, within_s=WITHIN_S)

    asyncio.run(script())


def test_a_crossed_book_and_another_symbol_are_counted_and_not_traded_on(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            await eventually(stage.is_heard, within_s=WITHIN_S)
            crossed, others = _count("faults", reason=Reason.CROSSED), _count("other_symbols")
            before = stage.read_book()
            assert before is not None
            stage.collector.hear_text(_UPDATE.format(symbol="ETH/USD", bids="", checksum=1))
            assert _count("other_symbols") == others + 1
            level = Level(before.asks[0].price, Decimal("1.00000000"))
            after = before.updated([level], [], sequence=0, observed_ns=0)
            bid = f'{{"price":{level.price},"qty":{level.size}}}'
            checksum = checksum_of(stage.in_digits(after))
            stage.collector.hear_text(
                _UPDATE.format(symbol="ETH/USDC", bids=bid, checksum=checksum)
            )
            assert _count("faults", reason=Reason.CROSSED) == crossed + 1
            await eventually(lambda: (book := stage.read_book()) is not None and book.is_crossed())
            assert stage.market().fresh_book(1, Rules()) is None
            assert not stage.gaps()

    asyncio.run(script())


def _count(name: str, **labels: str) -> float:
    full = f"alphapulse_collector_cex_{name}_total"
    return REGISTRY.get_sample_value(full, {"venue": "paper", **labels}) or 0.0


def test_trades_are_heard_with_side_and_exact_size(tmp_path: Path):
    async def script() -> None:
        async with a_stage(tmp_path) as stage:
            await eventually(stage.is_heard, within_s=WITHIN_S)
            taker = stage.exchange.client()
            await taker.create_order(
                "ETH/USDC", "limit", "buy", 0.12345678, 3100, {"timeInForce": "IOC"}
            )
            await eventually(lambda: stage.ingest.of(v1.Trade))
            (trade,) = stage.ingest.of(v1.Trade)
            best = rungs([Level(Decimal("3000.10"), Decimal("0.12345678"))])[0]
            assert (trade.price_e8, trade.volume_e8, trade.side) == (*best, v1.BUY)

    asyncio.run(script())
