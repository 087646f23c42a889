"""Public trades of Kraken's WebSocket v2 as values: from raw text to trades, no digit lost.

Books are read by :mod:`domain.venues.kraken`, as for every venue. Pure: text in, values out. The
connection is in :mod:`live.collectors.venue_client`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, cast

from domain.clock import SECOND_NS
from domain.errors import SchemaDrift
from domain.venues.frames import exact_message_of, message_of
from live.collectors.grid import Digits

_MARK = '"channel":"trade"'


class TradeHeard(NamedTuple):
    """One public trade; `side` is that of the taker: ``buy`` or ``sell``."""

    symbol: str
    price: Decimal
    size: Decimal
    side: str
    venue_ns: int


def is_about_trades(text: str) -> bool:
    """Ask whether a frame is one of the trade channel."""
    return _MARK in text[:40].replace(" ", "")


def trades_of(text: str, digits: Digits) -> list[TradeHeard]:
    """Read one frame of the trade channel.

    Args:
        text: As received.
        digits: Of the pair; the feed is subscribed for one pair only.

    Returns:
        The trades that happened, in order; none for those before the subscription.

    Raises:
        SchemaDrift: It is not JSON, or a trade message without its fields.
    """
    try:
        message_of(text)
        message = cast("dict[str, Any]", exact_message_of(text))
        if message["type"] != "update":
            return []
        return [_trade(entry, digits) for entry in message["data"]]
    except (LookupError, TypeError, ValueError, InvalidOperation) as error:
        raise SchemaDrift(
            f"the exchange changed its dialect ({error!r}); update the parser", text=text[:80]
        ) from error


def _trade(entry: dict[str, Any], digits: Digits) -> TradeHeard:
    return TradeHeard(
        symbol=entry["symbol"],
        price=_number(entry["price"], digits.price),
        size=_number(entry["qty"], digits.size),
        side=entry["side"],
        venue_ns=_instant_ns(entry["timestamp"]),
    )


def _number(text: str, decimals: int) -> Decimal:
    sent = Decimal(text)
    padded = sent.quantize(Decimal(1).scaleb(-decimals))
    if padded != sent or sent <= 0:
        raise ValueError(text)
    return padded


def _instant_ns(text: str) -> int:
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole + "+00:00").timestamp())
    return seconds * SECOND_NS + int(fraction.ljust(9, "0")[:9] or 0)
