"""How one connection is told of the book, whatever the dialect: what is known there, and the news.

Pure: text and the book as it is now go in, frames come out. A voice belongs to one connection; how
frames travel is in :mod:`rehearsal.exchange.dialects.feed`.
"""

from __future__ import annotations

import json
import zlib
from abc import ABC, abstractmethod
from itertools import zip_longest
from typing import Any, NamedTuple

from domain.money import from_units
from rehearsal.exchange.commands import Levels
from rehearsal.exchange.kraken_ws import book_diff

Rows = list[list[str]]


class Terms(NamedTuple):
    """The pair that is told of.

    Args:
        base, quote: Codes.
        price_decimals, lot_decimals: Digits its numbers are written with.
    """

    base: str = "ETH"
    quote: str = "USDC"
    price_decimals: int = 2
    lot_decimals: int = 8


class Moment(NamedTuple):
    """The book now.

    Args:
        bids, asks: Best first.
        number: Of the last change; grows by more than one.
        at_ms: By the exchange's clock.
    """

    bids: Levels
    asks: Levels
    number: int
    at_ms: int


class Voice(ABC):
    """Tells one connection; a dialect adds what it says.

    Args:
        terms: Of the pair.
    """

    depth: int | None = None
    """Levels a side that are kept up to date; ``None`` for all."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._known: tuple[Levels, Levels] | None = None

    @abstractmethod
    def heard(self, text: str, now: Moment) -> list[str]:
        """Answer what the client sent."""

    def beat(self, now: Moment) -> list[str]:  # noqa: ARG002 (most dialects say nothing)
        """Say that the connection lives, once a second, where the dialect does."""
        return []

    def changed(self, now: Moment) -> list[str]:
        """Tell what is different from what the connection knows; nothing before it subscribed."""
        if self._known is None:
            return []
        before, after = self._known, self._view(now)
        bids, asks = (book_diff(old, new) for old, new in zip(before, after, strict=True))
        self._known = after
        return [self.change(self.rows(bids), self.rows(asks), now)] if bids or asks else []

    @abstractmethod
    def change(self, bids: Rows, asks: Rows, now: Moment) -> str:
        """Write one change."""

    def subscribed(self, now: Moment) -> tuple[Rows, Rows]:
        """Begin to follow the book, and give it as it is."""
        self._known = self._view(now)
        return self.rows(self._known[0]), self.rows(self._known[1])

    def rows(self, levels: Levels) -> Rows:
        """Write levels with every digit."""
        terms = self.terms
        return [
            [from_units(price, terms.price_decimals), from_units(lots, terms.lot_decimals)]
            for price, lots in levels
        ]

    def _view(self, now: Moment) -> tuple[Levels, Levels]:
        return now.bids[: self.depth], now.asks[: self.depth]


def asked(text: str) -> dict[str, Any]:
    """Read what a client sent; nothing where it is no message."""
    try:
        message = json.loads(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def written(**fields: object) -> str:
    """Write a message as these venues do, without a blank."""
    return json.dumps(fields, separators=(",", ":"))


def interleaved_checksum(bids: Rows, asks: Rows) -> int:
    """Take the checksum of OKX and Bitget over 25 levels a side; signed."""
    pairs = zip_longest(bids[:25], asks[:25])
    text = ":".join(":".join(row[:2]) for pair in pairs for row in pair if row)
    unsigned = zlib.crc32(text.encode())
    return unsigned - 2**32 if unsigned >= 2**31 else unsigned
