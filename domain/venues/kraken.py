"""Kraken's dialect, as far as loop, books and rehearsal must agree on it.

Here: how ccxt's URL table is pointed at another host, the settings every client of ours is built
with, how its feeds tell a book and the checksum they put on it. Not here: ccxt itself, which takes
seconds to import.

Books are told in two dialects. Version 1 sends lists, ``[channelID, {"a": rows, "c": checksum},
"book-1000", "XBT/USD"]``, prices as text, asks and bids of one message perhaps in two objects with
one checksum at the end, and none on a snapshot. Version 2 sends objects with prices as *numbers*,
whose text is kept, and a checksum on every message. Both cut the book to the subscribed depth after
each message, number nothing, and cover ten levels a side with the checksum.

Documentation: https://docs.kraken.com/api/docs/websocket-v1/book,
https://docs.kraken.com/api/docs/guides/spot-ws-book-v1,
https://docs.kraken.com/api/docs/websocket-v2/book and
https://docs.kraken.com/api/docs/guides/spot-ws-book-v2.

A client is built the same way everywhere::

    exchange = ccxt.pro.kraken(client_options(key, secret))
    exchange.urls = rewritten_urls(exchange.urls, card.rest_url, card.ws_url)
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from domain.clock import SECOND_NS
from domain.errors import VenueUnavailable
from domain.market.book import Book
from domain.market.dialect import Dialect, Pair
from domain.market.level import joined
from domain.market.word import BookKey, DepthSaid, Word
from domain.venues.frames import book_said, exact_message_of, message_of

CHECKSUM_LEVELS = 10
"""Kraken hashes ten levels a side whatever depth was subscribed."""

DEPTHS = (10, 25, 100, 500, 1000)
"""What can be subscribed."""

REQUEST_TIMEOUT_MS = 5_000
"""Half of ccxt's default: on loopback an answer later than this is not coming."""


def rewritten_urls(urls: Mapping[str, Any], rest_url: str, ws_url: str) -> dict[str, Any]:
    """Point every API address of a ccxt exchange at another host; paths stay as they are.

    Args:
        urls: ``exchange.urls``; only its ``api`` branch is rewritten, at any depth.
        rest_url: Base of the REST interface, for example ``http://127.0.0.1:8080``.
        ws_url: Base of the WebSocket interface, for example ``ws://127.0.0.1:8080``.

    Returns:
        A new table; the given one is untouched.
    """
    return {**urls, "api": _rewritten(urls["api"], rest_url, ws_url)}


def _rewritten(branch: Any, rest_url: str, ws_url: str) -> Any:  # noqa: ANN401 (ccxt's own shape)
    if isinstance(branch, Mapping):
        entries = cast("Mapping[str, Any]", branch).items()
        return {key: _rewritten(value, rest_url, ws_url) for key, value in entries}
    if not isinstance(branch, str):
        return branch
    parts = urlsplit(branch)
    host = urlsplit(ws_url if parts.scheme in {"ws", "wss"} else rest_url)
    path = host.path.rstrip("/") + parts.path
    return urlunsplit((host.scheme, host.netloc, path, parts.query, ""))


def client_options(key: str = "", secret: str = "") -> dict[str, Any]:
    """Give the constructor argument of ``ccxt.async_support.kraken`` and ``ccxt.pro.kraken``.

    ccxt's throttle is off: it spaces private calls three seconds apart for the real venue's
    counters. Whoever points this at the real venue turns it on again.

    Args:
        key: API key; empty for public data.
        secret: API secret, base64 as Kraken issues it.
    """
    options: dict[str, Any] = {"enableRateLimit": False, "timeout": REQUEST_TIMEOUT_MS}
    return options | ({"apiKey": key, "secret": secret} if key else {})


def book_checksum(asks: Sequence[tuple[str, str]], bids: Sequence[tuple[str, str]]) -> int:
    """Compute Kraken's checksum of a book.

    Args:
        asks: (price, quantity) as written on the wire, trailing zeros kept, cheapest first.
        bids: Likewise, dearest first.

    Returns:
        CRC32, unsigned, over ten asks then ten bids, each number without point and leading zeros.

    Source:
        https://docs.kraken.com/api/docs/guides/spot-ws-book-v2
    """
    levels = (*asks[:CHECKSUM_LEVELS], *bids[:CHECKSUM_LEVELS])
    return zlib.crc32("".join(_digits(price) + _digits(qty) for price, qty in levels).encode())


def checksum_of(book: Book) -> int:
    """Compute Kraken's checksum of a book: as `book_checksum`, five times as fast."""
    levels = (*book.asks[:CHECKSUM_LEVELS], *book.bids[:CHECKSUM_LEVELS])
    numbers = joined(levels, " ").replace(".", "").split(" ")
    return zlib.crc32("".join([number.lstrip("0") for number in numbers]).encode())


def _digits(number: str) -> str:
    return number.replace(".", "").lstrip("0")


def parse(frame: str) -> list[Word]:
    """Read one frame of either version as far as it is about books.

    Raises:
        TypeError, ValueError, LookupError: It is a book message of an unknown shape.
    """
    message = message_of(frame)
    if isinstance(message, list):
        return _parsed_v1(cast("list[Any]", message))
    if not isinstance(message, dict):
        return []
    fields = cast("dict[str, Any]", message)
    if fields.get("channel") == "book":
        exact = exact_message_of(frame)
        is_snapshot = exact["type"] == "snapshot"
        return [_book_v2(entry, is_snapshot=is_snapshot) for entry in exact["data"]]
    return _subscribed_v2(fields)


def _parsed_v1(message: list[Any]) -> list[Word]:
    *_, channel, pair = message
    name, _, depth = str(channel).partition("-")
    if name != "book":
        return []
    told: dict[str, Any] = {}
    for part in message[1:-2]:
        told |= part
    is_snapshot = not told.keys().isdisjoint({"as", "bs"})
    said = book_said(
        BookKey(pair, "book"),
        told.get("bs" if is_snapshot else "b", ()),
        told.get("as" if is_snapshot else "a", ()),
        is_snapshot=is_snapshot,
        checksum=int(told["c"]) if "c" in told else None,
        depth=int(depth),
    )
    return [said]


def _book_v2(entry: dict[str, Any], *, is_snapshot: bool) -> Word:
    bids, asks = (
        [(_plain(row["price"]), _plain(row["qty"])) for row in entry.get(side) or ()]
        for side in _SIDES
    )
    return book_said(
        BookKey(entry["symbol"], "book"),
        bids,
        asks,
        is_snapshot=is_snapshot,
        checksum=int(entry["checksum"]),
        depth=_depth_for(max(len(bids), len(asks))) if is_snapshot else 0,
        venue_ns=_instant_ns(entry.get("timestamp", "")),
    )


_SIDES = ("bids", "asks")


def _plain(number: str) -> str:
    """Write out a JSON number that came with an exponent, ``1e-8``; other digits stay as sent."""
    return format(Decimal(number), "f") if _EXPONENT.fullmatch(number) else number


_EXPONENT = re.compile(r"[0-9.]{1,40}[eE][-+]?[0-9]{1,2}")


def _depth_for(levels: int) -> int:
    """Guess the depth from a snapshot, for a recording that begins after its subscription."""
    return next((depth for depth in DEPTHS if depth >= levels), 0)


def _subscribed_v2(fields: dict[str, Any]) -> list[Word]:
    result = fields.get("result")
    if fields.get("method") != "subscribe" or not isinstance(result, dict):
        return []
    told = cast("dict[str, Any]", result)
    if told.get("channel") != "book" or "depth" not in told:
        return []
    return [DepthSaid(BookKey(told["symbol"], "book"), int(told["depth"]))]


def _instant_ns(text: str) -> int:
    if not text:
        return 0
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole + "+00:00").timestamp())
    return seconds * SECOND_NS + int(fraction.ljust(9, "0")[:9])


def key_of(pair: Pair) -> BookKey:
    """Name a pair's book, as in ``XBT/USD``."""
    return BookKey(f"{pair.base}/{pair.quote}", "book")


BOOKS = Dialect(
    venue="kraken",
    parse=parse,
    key_of=key_of,
    checksum=checksum_of,
    proved_levels=CHECKSUM_LEVELS,
    tells_only_news=True,
)
"""How Kraken tells and proves its books."""


def result_of(answer: object) -> Any:  # noqa: ANN401 (JSON is what it is)
    """Give the result of a raw REST answer, refusing whatever is not Kraken's.

    ccxt passes a body that is not JSON on as text, and its unified calls then read it as *empty*:
    no balance, no such order, no trades. So whoever concludes something from absence asks through
    ccxt's raw calls (``private_post_closedorders`` and its like) and this function.

    Args:
        answer: What a raw ccxt call returned.

    Raises:
        VenueUnavailable: The answer is not ``{"error": [], "result": ...}``; nothing was learnt.
    """
    got = str(answer)[:80]
    if isinstance(answer, Mapping):
        fields = cast("Mapping[str, Any]", answer)
        if not fields.get("error") and "result" in fields:
            return fields["result"]
    raise VenueUnavailable("the exchange answered in no known shape; ask again", got=got)
