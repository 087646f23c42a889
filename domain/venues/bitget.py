"""Bitget's dialect, as far as its order books, in all three versions of its feed.

The channel ``books`` begins with a snapshot and goes on with changes; ``books1``, ``books5`` and
``books15`` send a snapshot each time. Each carries a checksum over 25 levels a side
(:mod:`domain.venues.interleaved`); one of 0 is one that Bitget does not compute. Version 2 adds
``seq``, which grows but not by one, so it shows order and not loss. Version 3, of unified accounts,
writes ``topic`` and ``symbol``, ``a`` and ``b``, computes no checksum, and names in ``pseq`` the
``seq`` before: a chain.

One symbol names several markets here: ``BTCUSDT`` is a pair (``SPOT``, in version 1 ``sp``) and a
contract (``USDT-FUTURES``, ``mc``), so the market is a part of the symbol.

Documentation: https://www.bitget.com/api-doc/spot/websocket/public/Depth-Channel and
https://www.bitget.com/api-doc/contract/websocket/public/Order-Book-Channel
"""

from __future__ import annotations

from typing import Any, cast

from domain.market.dialect import Dialect, Pair
from domain.market.word import BookKey, Word
from domain.venues.frames import book_said, message_of, milliseconds_ns
from domain.venues.interleaved import LEVELS, interleaved_crc32

CHANNELS = frozenset({"books", "books1", "books5", "books15"})


def parse(frame: str) -> list[Word]:
    """Read one frame as far as it is about books.

    Raises:
        TypeError, ValueError, LookupError: It is a book message of an unknown shape.
    """
    message = message_of(frame)
    if not isinstance(message, dict) or "data" not in message:
        return []
    fields = cast("dict[str, Any]", message)
    asked = fields["arg"]
    channel = asked.get("channel") or asked.get("topic")
    if channel not in CHANNELS:
        return []
    symbol = asked["instId"] if "instId" in asked else asked["symbol"]
    key = BookKey(f"{asked['instType']}:{symbol}", channel)
    is_snapshot = fields["action"] == "snapshot"
    return [_book(key, entry, is_snapshot=is_snapshot) for entry in fields["data"]]


def _book(key: BookKey, entry: dict[str, Any], *, is_snapshot: bool) -> Word:
    seq, before = entry.get("seq"), int(entry.get("pseq") or 0)
    return book_said(
        key,
        entry["bids"] if "bids" in entry else entry["b"],
        entry["asks"] if "asks" in entry else entry["a"],
        is_snapshot=is_snapshot,
        checksum=int(entry.get("checksum") or 0) or None,
        after=before if before > 0 and not is_snapshot else None,
        upto=None if seq is None else int(seq),
        venue_ns=milliseconds_ns(entry.get("ts")),
    )


def key_of(pair: Pair) -> BookKey:
    """Name a pair's book with its market, as in ``SPOT:BTCUSDT`` (version 2)."""
    market = f"{pair.settle}-FUTURES" if pair.settle else "SPOT"
    return BookKey(f"{market}:{pair.base}{pair.quote}", "books")


BOOKS = Dialect(
    venue="bitget",
    parse=parse,
    key_of=key_of,
    checksum=interleaved_crc32,
    proved_levels=LEVELS,
)
"""How Bitget tells and proves its books."""
