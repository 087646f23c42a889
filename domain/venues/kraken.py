"""Kraken's dialect, as far as loop, books and rehearsal must agree on it.

Here: how ccxt's URL table is pointed at another host, the settings every client of ours is built
with, and the checksum Kraken puts on a book. Not here: ccxt itself, which takes seconds to import.

A client is built the same way everywhere::

    exchange = ccxt.pro.kraken(client_options(key, secret))
    exchange.urls = rewritten_urls(exchange.urls, card.rest_url, card.ws_url)
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from domain.errors import VenueUnavailable

CHECKSUM_LEVELS = 10
"""Kraken hashes ten levels a side whatever depth was subscribed."""

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


def _digits(number: str) -> str:
    return number.replace(".", "").lstrip("0")


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
