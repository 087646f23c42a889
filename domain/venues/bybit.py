"""Bybit's dialect, as far as its order books (version 5).

The topic ``orderbook.<depth>.<symbol>`` begins with a snapshot and goes on with changes whose ``u``
grows by one. Bybit sends a snapshot again when it restarts (``u`` is 1 then) or finds a fault of
its own, and on one level also when nothing happened. Each depth is a book and a chain of its own.
Nothing in a message says whether ``BTCUSDT`` is the pair or the contract: that is in the address of
the connection, so a connection has one market.

Documentation: https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook
"""

from __future__ import annotations

from typing import Any, cast

from domain.market.dialect import Dialect, Pair
from domain.market.word import BookKey, Word
from domain.venues.frames import book_said, message_of, milliseconds_ns


def parse(frame: str) -> list[Word]:
    """Read one frame as far as it is about books.

    Raises:
        TypeError, ValueError, LookupError: It is a book message of an unknown shape.
    """
    message = message_of(frame)
    if not isinstance(message, dict):
        return []
    fields = cast("dict[str, Any]", message)
    name, _, rest = str(fields.get("topic", "")).partition(".")
    if name != "orderbook":
        return []
    depth, _, symbol = rest.partition(".")
    told = fields["data"]
    upto = int(told["u"])
    is_snapshot = fields["type"] == "snapshot" or upto == 1
    said = book_said(
        BookKey(symbol, f"{name}.{depth}"),
        told["b"],
        told["a"],
        is_snapshot=is_snapshot,
        after=None if is_snapshot else upto - 1,
        upto=upto,
        depth=int(depth),
        venue_ns=milliseconds_ns(fields.get("cts") or fields.get("ts")),
    )
    return [said]


def key_of(pair: Pair) -> BookKey:
    """Name a pair's book of fifty levels, as in ``BTCUSDT``."""
    return BookKey(f"{pair.base}{pair.quote}", "orderbook.50")


BOOKS = Dialect(venue="bybit", parse=parse, key_of=key_of)
"""How Bybit tells and proves its books."""
