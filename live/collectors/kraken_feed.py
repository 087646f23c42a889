"""Kraken's public WebSocket v2 as values: from raw text to book messages and trades, no digit lost.

The feed writes prices and sizes as JSON numbers. Read as floats they would still be exact here (a
tick of 0.01 and a lot of 10^-8 leave far fewer than 2^53 steps), but the checksum is over digits,
so the text of
each number is kept: a `Decimal` made from it, padded to the digits of its pair. A number with more
digits than its pair has is a change of contract and refused.

Pure: text in, values out. The connection is in :mod:`live.collectors.cex`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, cast

from domain.clock import SECOND_NS
from domain.errors import SchemaDrift
from domain.market.level import Level
from domain.market.reason import Reason
from domain.venues.frames import exact_message_of, message_of


class Digits(NamedTuple):
    """How many decimals a pair's prices and sizes are written with."""

    price: int
    size: int


class BookHeard(NamedTuple):
    """A snapshot, or the levels that differ now (size 0: gone), and the checksum after it."""

    symbol: str
    is_snapshot: bool
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    checksum: int
    venue_ns: int


class TradeHeard(NamedTuple):
    """One public trade; `side` is that of the taker: ``buy`` or ``sell``."""

    symbol: str
    price: Decimal
    size: Decimal
    side: str
    venue_ns: int


def digits_of(price_tick: str, lot: str) -> Digits:
    """Read from a pair's smallest steps how many decimals its numbers have."""
    return Digits(*(-int(Decimal(step).as_tuple().exponent) for step in (price_tick, lot)))


def parse(text: str, digits: Digits) -> list[BookHeard | TradeHeard]:
    """Read one frame of the feed.

    Args:
        text: As received.
        digits: Of the pair; the feed is subscribed for one pair only.

    Returns:
        What it says about book and trades, in order; empty for heartbeats, status and
        acknowledgements.

    Raises:
        SchemaDrift: It is not JSON, or a book or trade message without its fields.
    """
    try:
        message: Any = exact_message_of(text) if message_of(text) else None
        if not isinstance(message, dict):
            raise SchemaDrift("the exchange sent something that is not a message", text=text[:80])
        return _entries(cast("dict[str, Any]", message), digits)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise SchemaDrift(
            f"the exchange changed its dialect ({error!r}); update the parser", text=text[:80]
        ) from error


def reason_of(drift: SchemaDrift) -> Reason:
    """Say why a frame that `parse` refused is not believed, as books everywhere count it."""
    return Reason(str(drift.context.get("reason", Reason.UNREADABLE)))


def _entries(message: dict[str, Any], digits: Digits) -> list[BookHeard | TradeHeard]:
    if message.get("channel") == "book":
        is_snapshot = message["type"] == "snapshot"
        return [_book(entry, digits, is_snapshot=is_snapshot) for entry in message["data"]]
    if message.get("channel") == "trade" and message["type"] == "update":
        return [_trade(entry, digits) for entry in message["data"]]
    return []


def _book(entry: dict[str, Any], digits: Digits, *, is_snapshot: bool) -> BookHeard:
    return BookHeard(
        symbol=entry["symbol"],
        is_snapshot=is_snapshot,
        bids=_levels(entry.get("bids", ()), digits),
        asks=_levels(entry.get("asks", ()), digits),
        checksum=int(entry["checksum"]),
        venue_ns=_instant_ns(entry.get("timestamp", "")),
    )


def _trade(entry: dict[str, Any], digits: Digits) -> TradeHeard:
    return TradeHeard(
        symbol=entry["symbol"],
        price=_number(entry["price"], digits.price, Reason.PRICE_NOT_POSITIVE),
        size=_number(entry["qty"], digits.size, Reason.SIZE_NOT_POSITIVE),
        side=entry["side"],
        venue_ns=_instant_ns(entry["timestamp"]),
    )


def _levels(entries: Sequence[dict[str, Any]], digits: Digits) -> tuple[Level, ...]:
    levels = tuple(
        Level(
            _number(entry["price"], digits.price, Reason.PRICE_NOT_POSITIVE),
            _number(entry["qty"], digits.size, Reason.SIZE_NOT_POSITIVE),
        )
        for entry in entries
    )
    if not all(level.price for level in levels):
        raise SchemaDrift(
            "a price in this book is zero; subscribe anew", reason=Reason.PRICE_NOT_POSITIVE
        )
    return levels


def _number(text: str, decimals: int, negative: Reason) -> Decimal:
    sent = Decimal(text)
    padded = sent.quantize(Decimal(1).scaleb(-decimals))
    if padded != sent or sent < 0:
        raise SchemaDrift(
            "this number is not on its pair's grid",
            got=text,
            decimals=decimals,
            reason=negative if sent < 0 else Reason.NOT_A_NUMBER,
        )
    return padded


def _instant_ns(text: str) -> int:
    if not text:
        return 0
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole + "+00:00").timestamp())
    return seconds * SECOND_NS + int(fraction.ljust(9, "0")[:9] or 0)
