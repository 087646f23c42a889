"""The voices on their connections: each venue's own addresses, on the paper exchange's port.

A subscriber that does not read is cut off rather than buffered for, as at the real venues.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler

from rehearsal.exchange.commands import Outcome
from rehearsal.exchange.dialects.binance import Binance, BinanceFutures
from rehearsal.exchange.dialects.bitget import Bitget
from rehearsal.exchange.dialects.bybit import Bybit
from rehearsal.exchange.dialects.coinbase import Coinbase
from rehearsal.exchange.dialects.okx import Okx
from rehearsal.exchange.dialects.voice import Moment, Terms, Voice
from rehearsal.exchange.venue import Venue

VOICES: Mapping[str, type[Voice]] = {
    "/ws/v5/public": Okx,
    "/v2/ws/public": Bitget,
    "/ws/{stream}": Binance,
    "/public/ws/{stream}": BinanceFutures,
    "/": Coinbase,
    "/v5/public/spot": Bybit,
    "/v5/public/linear": Bybit,
}
"""By the path of their WebSocket."""
BEAT_S = 1.0
QUEUE_LIMIT = 1_000
_NUMBERS_A_CHANGE = 3
_DEPTH = 1_000
_GOODBYE_S = 1.0

Garble = Callable[[type[Voice], str], Iterable[str]]
"""What becomes of a voice's frame on its way: itself, nothing, twice, or something else."""


class Subscriber:
    """One connection: its voice, and what waits to be sent."""

    def __init__(self, voice: Voice, socket: web.WebSocketResponse) -> None:
        self.voice = voice
        self.socket = socket
        self.queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LIMIT)
        self.has_overflowed = False

    def put(self, frames: Iterable[str]) -> None:
        """Queue frames, or give the subscriber up."""
        for frame in frames:
            try:
                self.queue.put_nowait(frame)
            except asyncio.QueueFull:
                self.has_overflowed = True


class Voices:
    """Hears the exchange and tells its subscribers, each in the dialect of its address.

    Args:
        venue: The exchange.
        terms: Of its pair.
    """

    def __init__(self, venue: Venue, terms: Terms | None = None) -> None:
        self._venue = venue
        self._terms = terms or Terms()
        self._number = 1_000
        self._subscribers: set[Subscriber] = set()
        self.garble: Garble = lambda _, frame: (frame,)
        venue.listen(self._hear)

    def add_routes(self, app: web.Application) -> None:
        """Hang every venue's addresses into the application."""
        for path, voice in VOICES.items():
            app.router.add_get(path, self._handler(voice))
        for voice in (Binance, BinanceFutures):
            app.router.add_get(voice.depth_path, self._answerer(voice))

    def cut(self) -> int:
        """Break every connection without a goodbye; say how many."""
        for subscriber in self._subscribers:
            request = subscriber.socket._req  # noqa: SLF001 (no public way to break one)
            if request is not None and request.transport is not None:
                request.transport.abort()
        return len(self._subscribers)

    async def close(self) -> None:
        """Say goodbye to everybody."""
        for subscriber in list(self._subscribers):
            await subscriber.socket.close()

    def _handler(self, voice: type[Voice]) -> Handler:
        async def handle(request: web.Request) -> web.WebSocketResponse:
            socket = web.WebSocketResponse(autoping=True, timeout=_GOODBYE_S)
            await socket.prepare(request)
            subscriber = Subscriber(voice(self._terms), socket)
            self._subscribers.add(subscriber)
            sender = asyncio.create_task(self._send(subscriber))
            try:
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        self._tell(subscriber, subscriber.voice.heard(message.data, self._now()))
            finally:
                sender.cancel()
                self._subscribers.discard(subscriber)
            return socket

        return handle

    def _answerer(self, voice: type[Binance]) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            told = voice(self._terms).answer(request.query, self._now())
            return web.Response(text=told, content_type="application/json")

        return answer

    def _hear(self, outcome: Outcome) -> None:
        del outcome
        self._number += _NUMBERS_A_CHANGE
        now = self._now()
        for subscriber in self._subscribers:
            self._tell(subscriber, subscriber.voice.changed(now))

    def _tell(self, subscriber: Subscriber, frames: Iterable[str]) -> None:
        voice = type(subscriber.voice)
        subscriber.put(said for frame in frames for said in self.garble(voice, frame))

    def _now(self) -> Moment:
        book = self._venue.engine.book
        at_ms = self._venue.now_us() // 1000
        return Moment(book.bids.levels(_DEPTH), book.asks.levels(_DEPTH), self._number, at_ms)

    async def _send(self, subscriber: Subscriber) -> None:
        while not (subscriber.socket.closed or subscriber.has_overflowed):
            try:
                async with asyncio.timeout(BEAT_S):
                    message = await subscriber.queue.get()
            except TimeoutError:
                self._tell(subscriber, subscriber.voice.beat(self._now()))
                continue
            try:
                await subscriber.socket.send_str(message)
            except ConnectionError:
                return
        await subscriber.socket.close()
