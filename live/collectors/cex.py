"""The `collector-cex` process: one exchange's book and trades, as v1 frames on the relay's ingest.

The connection is ccxt's; what is believed is ours. Each connection is an attempt of its own: a
checksum that does not match, a silence or a cut ends it, the book is declared unknown to every
reader (L2Reset), the journal hears why (GapNoticed), and the next attempt begins with a fresh
subscription. Once a second, while the exchange is heard, the whole book is stated again with a
heartbeat, so that whoever lost a frame is right again within a second. Readers of v2 are told the
same book in its own digits, on a socket of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from prometheus_client import Counter, Gauge

from domain.clock import SECOND_NS
from domain.errors import SchemaDrift
from domain.home import DeskHome
from domain.market.reason import Reason
from live.aio.process import Service, serve
from live.aio.waiting import pause
from live.collectors.book_keeper import (
    Keeper,
    Kept,
    Trouble,
    hear_book,
    hear_trade,
    lost,
    snapshot_message,
)
from live.collectors.book_states import BookTeller
from live.collectors.kraken_client import listening_kraken, load_ccxt
from live.collectors.kraken_feed import BookHeard, digits_of, parse, reason_of
from live.collectors.notices import Notices
from live.protocol import v1, v2
from live.recorder.client import Door
from live.relay.client import Publisher
from live.relay.sockets import BOOKS, PAPER

NAME = "collector-cex"
DEPTH = 25
"""Levels a side: more than any size of ours walks, few enough to restate every second."""
SILENCE_NS = 5 * SECOND_NS
"""Kraken sends a heartbeat every second when nothing happens; five missing are not jitter."""
_RETRY_S = 1.0
_BEAT_S = 1.0

_HEARD = Counter("alphapulse_collector_cex_messages_total", "Messages heard from the exchange.")
_OTHERS = Counter(
    "alphapulse_collector_cex_other_symbols_total", "Messages about a symbol that is not ours."
)
_TROUBLES = Counter("alphapulse_collector_cex_troubles_total", "Connections given up.", ["reason"])
_FAULTS = Counter(
    "alphapulse_collector_cex_faults_total", "Books nobody can trade in, as told.", ["reason"]
)
_SEQUENCE = Gauge("alphapulse_collector_cex_sequence", "Sequence of the last book published.")


def main(home: DeskHome) -> None:
    """Run the process until it is told to stop."""
    serve(NAME, home, run)


async def run(service: Service) -> None:
    """Wire the collector to journal and relay, and keep it connected."""
    door = Door(service.home.sockets / "recorder.sock")
    notices = Notices(door, service.clock)
    collector = ExchangeCollector(service, notices)
    service.spawn(collector.publisher.run(), "publisher")
    service.spawn(collector.states.run(), "states")
    service.spawn(notices.run(service.stopping), "notices")
    service.spawn(collector.beat(), "beat")
    try:
        await collector.keep_connected()
    finally:
        await door.close()


class ExchangeCollector:
    """What the process holds between messages.

    Args:
        service: The process.
        notices: Where gaps are reported.
    """

    def __init__(self, service: Service, notices: Notices) -> None:
        card = service.card.exchange
        base, quote = card.symbol.split("/")
        self._service = service
        self._notices = notices
        self._card = card
        self._digits = digits_of(card.price_tick, card.lot)
        self._teller = BookTeller(card, self._digits)
        self._told = 0
        self._symbol = v1.pair_symbol(card.venue, base, quote)
        self._counter = 0
        self._heard_ns = 0
        self._trouble: asyncio.Future[Trouble] | None = None
        self._keeper = Keeper.starting(v1.symbol_hash(self._symbol), DEPTH, service.clock.now_ns())
        self.publisher = Publisher(service.home.sockets / PAPER, greet=self.greeting)
        self.states = Publisher(service.home.sockets / BOOKS, greet=self.stating)

    def greeting(self) -> Sequence[bytes]:
        """Give what a reader has to know first: the symbol, and the book if it is known."""
        frames = [self._frame(v1.SymbolMapping(self._keeper.symbol_hash, self._symbol))]
        if self._keeper.book is not None:
            now_ns = self._service.clock.now_ns()
            frames.append(self._frame(snapshot_message(self._keeper, now_ns)))
        return frames

    def stating(self) -> Sequence[bytes]:
        """Give the whole book as v2 readers know it, or say that it is not known."""
        return [self._state(self._teller.whole(self._keeper))]

    async def keep_connected(self) -> None:
        """Connect again and again until the process stops."""
        while not self._service.stopping.is_set():
            await self.attempt()
            await pause(self._service.stopping, _RETRY_S)

    async def attempt(self) -> None:
        """Connect, subscribe and listen until something is wrong with the venue or we stop."""
        await asyncio.to_thread(load_ccxt)
        exchange = listening_kraken(self._card, self.hear)
        self._heard_ns = self._service.clock.now_ns()
        self._trouble = asyncio.get_running_loop().create_future()
        watching = [
            asyncio.ensure_future(_watch(exchange.watch_order_book, self._card.symbol, DEPTH)),
            asyncio.ensure_future(_watch(exchange.watch_trades, self._card.symbol)),
        ]
        stop = asyncio.ensure_future(self._service.stopping.wait())
        try:
            await asyncio.wait(
                {self._trouble, stop, *watching}, return_when=asyncio.FIRST_COMPLETED
            )
            self._note(self._trouble.result() if self._trouble.done() else _cut(self._keeper))
        finally:
            await _close(exchange, [stop, *watching])
        self._explain(watching)

    def hear(self, text: str) -> None:
        """Take in one raw message; called by ccxt's connection before ccxt reads it."""
        now_ns = self._service.clock.now_ns()
        self._heard_ns = now_ns
        _HEARD.inc()
        try:
            heard = parse(text, self._digits)
        except SchemaDrift as error:
            self._service.log.warning(str(error))
            reason = reason_of(error)
            self._apply(lost(self._keeper, Trouble(reason, self._keeper.sequence + 1, 0)))
            return
        for message in heard:
            if message.symbol != self._card.symbol:
                _OTHERS.inc()
            elif isinstance(message, BookHeard):
                self._apply(hear_book(self._keeper, message, now_ns))
            else:
                self._apply(hear_trade(self._keeper, message, now_ns))

    async def beat(self) -> None:
        """Once a second: restate the book with a heartbeat, or give up a silent connection."""
        while not await pause(self._service.stopping, _BEAT_S):
            now_ns = self._service.clock.now_ns()
            if self._is_attempting() and now_ns - self._heard_ns > SILENCE_NS:
                silent = Trouble(Reason.SILENCE, self._heard_ns, now_ns)
                self._apply(lost(self._keeper, silent))
            elif self._keeper.book is not None:
                beat = v1.Heartbeat(now_ns, self._counter)
                self.publisher.send(*self.greeting(), self._frame(beat))
                self.states.send(*self.stating())

    def _is_attempting(self) -> bool:
        return self._trouble is not None and not self._trouble.done()

    def _apply(self, kept: Kept) -> None:
        if changed := self._teller.change(self._keeper, kept.keeper):
            self.states.send(self._state(changed))
        self._keeper = kept.keeper
        if kept.messages:
            self.publisher.send(*map(self._frame, kept.messages))
        if kept.trouble and self._trouble and not self._trouble.done():
            self._trouble.set_result(kept.trouble)
        elif kept.keeper.book is not None:
            if fault := kept.keeper.book.fault():
                _FAULTS.labels(fault).inc()
            _SEQUENCE.set(kept.keeper.sequence)
            self._service.ready()

    def _note(self, trouble: Trouble) -> None:
        """Say what went wrong, once: to the journal, to readers, to whoever looks at health."""
        self._apply(lost(self._keeper, trouble))
        if self._service.stopping.is_set():
            return
        _TROUBLES.labels(trouble.reason).inc()
        source = f"exchange:{self._card.venue}"
        self._notices.gap(source, trouble.noticed, trouble.expected, trouble.got)
        why = trouble.reason.sentence
        self._service.degraded(f"the book of {self._card.venue} is unknown: {why}")

    def _explain(self, watching: Sequence[asyncio.Future[None]]) -> None:
        """Log what ccxt failed with; anything that is not the venue's doing is a bug and goes up.

        Raises:
            BaseException: A task failed with something that is not a ccxt error.
        """
        for task in watching:
            error = None if task.cancelled() else task.exception()
            if error is None:
                continue
            if not type(error).__module__.startswith("ccxt"):
                raise error
            self._service.log.warning("the exchange connection ended", error=repr(error)[:200])

    def _frame(self, message: v1.Message) -> bytes:
        self._counter += 1
        return v1.encode(message, self._counter - 1)

    def _state(self, message: v2.OrderBookState) -> bytes:
        self._told += 1
        return v2.encode(
            message,
            source=v2.SOURCE_COLLECTOR_CEX,
            sequence=self._told - 1,
            sent_ns=self._service.clock.now_ns(),
        )


async def _watch(method: Any, *arguments: Any) -> None:  # noqa: ANN401 (ccxt is untyped)
    """Keep a ccxt subscription going; what it says is heard before it returns."""
    while True:
        await method(*arguments)


async def _close(exchange: Any, tasks: Sequence[asyncio.Future[Any]]) -> None:  # noqa: ANN401
    for task in tasks:
        task.cancel()
    await exchange.close()
    await asyncio.gather(*tasks, return_exceptions=True)


def _cut(keeper: Keeper) -> Trouble:
    return Trouble(Reason.SILENCE, keeper.sequence + 1, keeper.sequence)
