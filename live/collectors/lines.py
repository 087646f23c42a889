"""What each exchange wants of whoever listens to it: the depth, the pings, the signs of life.

One line a client of ccxt's, by the name a desk card gives it. How a connection is made is in
:mod:`live.collectors.venue_client`; what is said on it in :mod:`domain.venues`. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.clock import SECOND_NS
from domain.errors import ConfigRefused
from domain.market.dialect import Dialect
from domain.venues import binance, bitget, bybit, coinbase, kraken, okx

SHOWN = 25
"""Levels a side that readers are told: more than any size of ours walks, few enough to restate
every second."""


@dataclass(frozen=True, slots=True)
class Line:
    """How one exchange is listened to.

    Args:
        dialect: Of its books.
        asked_levels: Depth asked for; ``None`` for the channel's own.
        ping_ms: Span between our pings, text or protocol as the exchange wants; well below what it
            allows, because an answered ping is the only sign of life of a quiet market.
        silence_ns: Nothing heard for so long, and the connection is given up.
        beats: Channel of signs of life to subscribe; empty where pings do.
        has_trades: Its public trades are read too.
        is_padded: Its checksum is over all digits of the pair, even where a frame left zeros out.
    """

    dialect: Dialect
    asked_levels: int | None = None
    ping_ms: int = 4_000
    silence_ns: int = 12 * SECOND_NS
    beats: str = ""
    has_trades: bool = False
    is_padded: bool = False


LINES: dict[str, Line] = {
    # A heartbeat every second when nothing happens; five missing are not jitter.
    "kraken": Line(
        kraken.BOOKS,
        asked_levels=SHOWN,
        ping_ms=6_000,
        silence_ns=5 * SECOND_NS,
        has_trades=True,
        is_padded=True,
    ),
    # The text `ping`, answered `pong`; OKX ends a connection silent for 30 s, Bitget for 2 min.
    "okx": Line(okx.BOOKS),
    "bitget": Line(bitget.BOOKS),
    # Protocol pings, which count among the five messages a second we may send.
    "binance": Line(binance.SPOT_BOOKS, asked_levels=1_000),
    "binanceusdm": Line(binance.FUTURES_BOOKS, asked_levels=1_000),
    # Ends a connection without updates within 90 s, unless heartbeats are subscribed: one a second.
    "coinbase": Line(coinbase.BOOKS, silence_ns=5 * SECOND_NS, beats="heartbeats"),
    # `{"op": "ping"}`, wanted every 20 s.
    "bybit": Line(bybit.BOOKS, asked_levels=50),
}
"""By the name of ccxt's client."""


def line_of(client: str) -> Line:
    """Find how an exchange is listened to.

    Raises:
        ConfigRefused: Nobody here speaks its dialect.
    """
    if client not in LINES:
        raise ConfigRefused(
            f"name a dialect that is spoken here: {', '.join(sorted(LINES))}", got=client
        )
    return LINES[client]
