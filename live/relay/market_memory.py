"""What a late joiner of the market channel must be told to understand what comes next.

Each symbol's mapping, its last snapshot and the deltas since. Bounded: deltas beyond a limit are
forgotten, and the joiner sees the hole in the book sequence and waits for the next snapshot, as
after any gap.
"""

from __future__ import annotations

from domain.errors import RemoteWireError
from live.protocol import v1
from live.relay.chunks import Run

MOST_DELTAS = 5_000
"""A symbol's deltas between two snapshots: minutes of a busy book, about half a megabyte."""
MOST_SYMBOLS = 1_000
"""More than any desk hears; a producer that invents symbols must not fill the memory."""

_TRADE, _SNAPSHOT, _DELTA, _RESET, _MAPPING, _ORDER_BOOK = 1, 5, 6, 7, 8, 2
REMEMBERED = frozenset({_SNAPSHOT, _DELTA, _RESET, _MAPPING, _ORDER_BOOK})
"""The types that a memory learns from."""
_SYMBOL_AT = {_TRADE: 48, _SNAPSHOT: 8, _DELTA: 8, _RESET: 0, _MAPPING: 0, _ORDER_BOOK: 8}


class MarketMemory:
    """The state of the market channel, as raw frames."""

    def __init__(self) -> None:
        self._mappings: dict[int, bytes] = {}
        self._books: dict[int, list[bytes]] = {}
        self._table = v1.SymbolTable()

    def keep(self, kind: int, raw: bytes) -> None:
        """Learn from a frame of a remembered type.

        Raises:
            RemoteWireError: Its payload is too short, or it binds a hash to a second text.
        """
        symbol = symbol_of(kind, raw)
        if symbol is None:
            return
        if kind == _MAPPING:
            self._keep_mapping(symbol, raw)
        elif kind == _DELTA:
            self._keep_delta(symbol, raw)
        elif kind == _RESET:
            self._books.pop(symbol, None)
        elif symbol in self._books or len(self._books) < MOST_SYMBOLS:
            self._books[symbol] = [raw]

    def replay(self) -> list[bytes]:
        """Give the frames a late joiner gets first: mappings before books."""
        books = [raw for book in self._books.values() for raw in book]
        return [*self._mappings.values(), *books]

    def replay_run(self) -> Run:
        """Give the same as one run."""
        frames = self.replay()
        return Run(b"".join(frames), len(frames))

    def text(self, symbol: int) -> str | None:
        """Give the text of a symbol hash, or None when no mapping for it was heard."""
        return self._table.text(symbol)

    def _keep_mapping(self, symbol: int, raw: bytes) -> None:
        if symbol not in self._mappings and len(self._mappings) >= MOST_SYMBOLS:
            return
        [frame] = v1.Decoder().feed(raw)
        heard = v1.decode(frame)
        if isinstance(heard, v1.SymbolMapping):
            self._table.bind(heard)
            self._mappings[symbol] = raw

    def _keep_delta(self, symbol: int, raw: bytes) -> None:
        book = self._books.get(symbol)
        if book is not None and len(book) <= MOST_DELTAS:
            book.append(raw)


def symbol_of(kind: int, raw: bytes) -> int | None:
    """Give the symbol hash that a frame is about; None for types that are about no symbol.

    Raises:
        RemoteWireError: Its payload is too short to name one.
    """
    if kind not in _SYMBOL_AT:
        return None
    at = v1.HEADER_BYTES + _SYMBOL_AT[kind]
    if len(raw) < at + 8:
        raise RemoteWireError("this frame is too short to name its symbol", type=kind)
    return int.from_bytes(raw[at : at + 8], "little")
