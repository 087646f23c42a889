"""What a late joiner must be told to understand what comes next.

On `market`: each symbol's mapping, its last snapshot and the deltas since. On `defi`: the last
state of each pool and the last head. Bounded: deltas beyond a limit are forgotten, and the joiner
sees the hole in the book sequence and waits for the next snapshot, as after any gap.
"""

from __future__ import annotations

from typing import Protocol

from domain.errors import RemoteWireError
from live.protocol import v1, v2
from live.protocol.v1.fields import Reader

MOST_DELTAS = 5_000
"""A symbol's deltas between two snapshots: minutes of a busy book, about half a megabyte."""
MOST_SYMBOLS = 1_000
"""More than any desk hears; a producer that invents symbols must not fill the memory."""

_TRADE, _SNAPSHOT, _DELTA, _RESET, _MAPPING, _ORDER_BOOK = 1, 5, 6, 7, 8, 2


class MarketMemory:
    """The state of the market channel, as raw frames."""

    def __init__(self) -> None:
        self._mappings: dict[int, bytes] = {}
        self._books: dict[int, list[bytes]] = {}
        self._table = v1.SymbolTable()

    def keep(self, frame: v1.Frame) -> None:
        """Learn from a frame.

        Raises:
            RemoteWireError: Its payload is too short, or it binds a hash to a second text.
        """
        if frame.type == _MAPPING:
            self._keep_mapping(frame)
        elif frame.type in {_SNAPSHOT, _ORDER_BOOK}:
            self._keep_book(_symbol(frame, 8), frame)
        elif frame.type == _DELTA:
            self._keep_delta(_symbol(frame, 8), frame)
        elif frame.type == _RESET:
            self._books.pop(_symbol(frame, 0), None)

    def replay(self) -> list[bytes]:
        """Give the frames a late joiner gets first: mappings before books."""
        books = [raw for book in self._books.values() for raw in book]
        return [*self._mappings.values(), *books]

    def _keep_mapping(self, frame: v1.Frame) -> None:
        symbol = _symbol(frame, 0)
        if symbol not in self._mappings and len(self._mappings) >= MOST_SYMBOLS:
            return
        heard = v1.decode(frame)
        if isinstance(heard, v1.SymbolMapping):
            self._table.bind(heard)
            self._mappings[symbol] = frame.raw

    def _keep_book(self, symbol: int, frame: v1.Frame) -> None:
        if symbol in self._books or len(self._books) < MOST_SYMBOLS:
            self._books[symbol] = [frame.raw]

    def _keep_delta(self, symbol: int, frame: v1.Frame) -> None:
        book = self._books.get(symbol)
        if book is not None and len(book) <= MOST_DELTAS:
            book.append(frame.raw)


class DefiMemory:
    """The state of the defi channel, as raw frames."""

    def __init__(self) -> None:
        self._pools: dict[str, bytes] = {}
        self._head: bytes = b""

    def keep(self, frame: v2.Frame) -> None:
        """Learn from a frame.

        Raises:
            RemoteWireError: Its payload is not of its schema.
        """
        message = frame.message
        if isinstance(message, v2.PoolState):
            if message.venue in self._pools or len(self._pools) < MOST_SYMBOLS:
                self._pools[message.venue] = frame.raw
        elif isinstance(message, v2.ChainHead):
            self._head = frame.raw

    def replay(self) -> list[bytes]:
        """Give the frames a late joiner gets first: the head, then each pool."""
        return [*([self._head] if self._head else []), *self._pools.values()]


class Memory(Protocol):
    """What the fan-out needs of a memory."""

    def replay(self) -> list[bytes]:
        """Give the frames a late joiner gets first."""
        ...


def _symbol(frame: v1.Frame, at: int) -> int:
    reader = Reader(frame.payload)
    reader.pull_bytes(at)
    return reader.pull_uint(8)


def stamp_relay_ns(frame: v1.Frame, now_ns: int) -> v1.Frame:
    """Write the relay's time into a trade, never before its ingestion; others pass as they are.

    Raises:
        RemoteWireError: The trade is shorter than a trade.
    """
    if frame.type != _TRADE:
        return frame
    if len(frame.raw) < _TRADE_END:
        raise RemoteWireError("this trade is shorter than a trade", size_bytes=len(frame.raw))
    ingestion_ns = int.from_bytes(frame.raw[_INGESTION_AT:_RELAY_AT], "little")
    stamp = max(now_ns, ingestion_ns).to_bytes(8, "little")
    raw = frame.raw[:_RELAY_AT] + stamp + frame.raw[_RELAY_AT + 8 :]
    return v1.Frame(frame.type, frame.flags, frame.sequence, raw)


_INGESTION_AT = v1.HEADER_BYTES + 8
_RELAY_AT = v1.HEADER_BYTES + 16
_TRADE_END = v1.HEADER_BYTES + 64
