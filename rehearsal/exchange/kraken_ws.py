"""Kraken's public WebSocket v2: book and trade channels, heartbeats, pings.

One diff and one encoding per depth whatever the number of subscribers. A subscriber that does not
read is cut off rather than buffered for: it reconnects and gets a snapshot, as at the real venue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from rehearsal.exchange import kraken_form as form
from rehearsal.exchange.commands import Levels, Outcome, Trade
from rehearsal.exchange.venue import Venue

DEPTHS = (10, 25, 100, 500, 1000)
QUEUE_LIMIT = 1_000
"""Messages a subscriber may lag behind: minutes of the rehearsal's market."""
HEARTBEAT_S = 1.0
"""Kraken's own: about once a second when nothing else is sent."""
SNAPSHOT_TRADES = 50
_GOODBYE_S = 1.0
"""A reader that does not answer our goodbye keeps nobody waiting."""


def book_diff(old: Levels, new: Levels) -> Levels:
    """Say what changed between two views of one side; quantity 0 takes a level away.

    Removed levels come first, so that a reader that truncates never drops one too many.
    """
    before, after = dict(old), dict(new)
    gone = [(price, 0) for price in before if price not in after]
    return (*gone, *((price, lots) for price, lots in new if before.get(price) != lots))


def levels_json(levels: Levels) -> str:
    """Write levels as JSON whose numbers keep every decimal, as Kraken's do."""
    written = (
        f'{{"price":{form.price_text(price)},"qty":{form.lots_text(lots)}}}'
        for price, lots in levels
    )
    return f"[{','.join(written)}]"


def book_message(kind: str, bids: Levels, asks: Levels, checksum: int, at_us: int) -> str:
    """Write one message of the book channel; `kind` is ``snapshot`` or ``update``."""
    return (
        f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"{form.WSNAME}",'
        f'"bids":{levels_json(bids)},"asks":{levels_json(asks)},'
        f'"checksum":{checksum},"timestamp":"{form.rfc3339(at_us)}"}}]}}'
    )


def trade_message(kind: str, trades: list[Trade]) -> str:
    """Write one message of the trade channel."""
    rows = ",".join(
        f'{{"symbol":"{form.WSNAME}","side":"{trade.side}",'
        f'"price":{form.price_text(trade.price_ticks)},"qty":{form.lots_text(trade.lots)},'
        f'"ord_type":"{trade.taker_kind}","trade_id":{trade.number},'
        f'"timestamp":"{form.rfc3339(trade.at_us)}"}}'
        for trade in trades
    )
    return f'{{"channel":"trade","type":"{kind}","data":[{rows}]}}'


class Subscriber:
    """One connection: what it wants to hear and what waits to be sent."""

    def __init__(self) -> None:
        self.depth = 0
        self.wants_trades = False
        self.queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LIMIT)
        self.has_overflowed = False

    def put(self, message: str) -> None:
        """Queue a message, or give the subscriber up."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.has_overflowed = True


class Feed:
    """Hears the exchange and tells its subscribers."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._views: dict[int, tuple[Levels, Levels]] = dict.fromkeys(DEPTHS, ((), ()))
        self._sockets: dict[Subscriber, web.WebSocketResponse] = {}
        self._connections = 0
        venue.listen(self._hear)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it ends."""
        socket = web.WebSocketResponse(autoping=True, timeout=_GOODBYE_S)
        await socket.prepare(request)
        subscriber = Subscriber()
        self._sockets[subscriber] = socket
        subscriber.put(self._status_message())
        sender = asyncio.create_task(_send(subscriber, socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    for answer in self._answers(subscriber, message.data):
                        subscriber.put(answer)
        finally:
            sender.cancel()
            del self._sockets[subscriber]
        return socket

    def cut(self) -> int:
        """Break every connection without a goodbye; say how many."""
        for socket in self._sockets.values():
            transport = socket._req.transport if socket._req else None  # noqa: SLF001 (no public way to break one)
            if transport is not None:
                transport.abort()
        return len(self._sockets)

    async def close(self) -> None:
        """Say goodbye to everybody."""
        for socket in list(self._sockets.values()):
            await socket.close()

    def _hear(self, outcome: Outcome) -> None:
        for depth in DEPTHS:
            readers = [s for s in self._sockets if s.depth == depth]
            if readers:
                self._tell_book(depth, readers)
        if outcome.trades:
            message = trade_message("update", outcome.trades)
            for subscriber in self._sockets:
                if subscriber.wants_trades:
                    subscriber.put(message)

    def _tell_book(self, depth: int, readers: list[Subscriber]) -> None:
        old, new = self._views[depth], self._view(depth)
        self._views[depth] = new
        bids, asks = book_diff(old[0], new[0]), book_diff(old[1], new[1])
        if bids or asks:
            message = self._book("update", bids, asks, new)
            for subscriber in readers:
                subscriber.put(message)

    def _view(self, depth: int) -> tuple[Levels, Levels]:
        book = self._venue.engine.book
        return book.bids.levels(depth), book.asks.levels(depth)

    def _book(self, kind: str, bids: Levels, asks: Levels, view: tuple[Levels, Levels]) -> str:
        return book_message(kind, bids, asks, form.checksum(*view), self._venue.now_us())

    def _answers(self, subscriber: Subscriber, text: str) -> Iterator[str]:
        try:
            ask = orjson.loads(text)
            method, wanted = ask.get("method"), ask.get("params", {})
        except (ValueError, AttributeError):
            yield _failure({}, "EGeneral:Invalid arguments")
            return
        if method == "ping":
            yield _answer(ask, {"method": "pong"})
        elif method in {"subscribe", "unsubscribe"} and isinstance(wanted, dict):
            yield from self._subscription(subscriber, ask, wanted)
        else:
            yield _failure(ask, "Malformed request")

    def _subscription(
        self, subscriber: Subscriber, ask: dict[str, Any], wanted: dict[str, Any]
    ) -> Iterator[str]:
        channel, symbols = wanted.get("channel"), wanted.get("symbol")
        if channel not in {"book", "trade"}:
            yield _failure(ask, "Subscription name invalid")
        elif symbols != [form.WSNAME]:
            yield _failure(ask, f"Currency pair not supported {symbols}")
        elif ask["method"] == "unsubscribe":
            _forget(subscriber, channel)
            yield _answer(ask, {"result": {"channel": channel, "symbol": form.WSNAME}})
        elif channel == "trade":
            yield from self._subscribe_trades(subscriber, ask)
        elif wanted.get("depth", 10) not in DEPTHS:
            yield _failure(ask, "Subscription depth not supported")
        else:
            yield from self._subscribe_book(subscriber, ask, wanted.get("depth", 10))

    def _subscribe_trades(self, subscriber: Subscriber, ask: dict[str, Any]) -> Iterator[str]:
        subscriber.wants_trades = True
        result = {"channel": "trade", "snapshot": True, "symbol": form.WSNAME}
        yield _answer(ask, {"result": result})
        prints = self._venue.history.prints[-SNAPSHOT_TRADES:]
        if prints:
            yield trade_message("snapshot", prints)

    def _subscribe_book(
        self, subscriber: Subscriber, ask: dict[str, Any], depth: int
    ) -> Iterator[str]:
        self._tell_book(depth, [s for s in self._sockets if s.depth == depth])
        subscriber.depth = depth
        result = {"channel": "book", "depth": depth, "snapshot": True, "symbol": form.WSNAME}
        yield _answer(ask, {"result": result})
        view = self._views[depth] = self._view(depth)
        yield self._book("snapshot", *view, view)

    def _status_message(self) -> str:
        self._connections += 1
        status = {
            "api_version": "v2",
            "connection_id": self._connections,
            "system": "online",
            "version": "2.0.10",
        }
        return _text({"channel": "status", "type": "update", "data": [status]})


async def _send(subscriber: Subscriber, socket: web.WebSocketResponse) -> None:
    while not (socket.closed or subscriber.has_overflowed):
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                message = await subscriber.queue.get()
        except TimeoutError:
            message = '{"channel":"heartbeat"}'
        try:
            await socket.send_str(message)
        except ConnectionError:
            return
    await socket.close()


def _forget(subscriber: Subscriber, channel: str) -> None:
    if channel == "book":
        subscriber.depth = 0
    else:
        subscriber.wants_trades = False


def _answer(ask: dict[str, Any], said: dict[str, Any]) -> str:
    answer = {"method": ask["method"], "success": True} | said
    return _text(answer | ({"req_id": ask["req_id"]} if "req_id" in ask else {}))


def _failure(ask: dict[str, Any], error: str) -> str:
    refused = {"method": ask.get("method"), "success": False, "error": error}
    return _text(refused | ({"req_id": ask["req_id"]} if "req_id" in ask else {}))


def _text(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
