"""Kraken's public REST answers: what anybody may know about the market. Reads only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from rehearsal.exchange import kraken_form as form
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Trade
from rehearsal.exchange.history import candles
from rehearsal.exchange.kraken_ask import Form, instant_us, integer, pair
from rehearsal.exchange.venue import Venue

Answer = Callable[[Venue, Form], Any]

_MINUTE_US = 60_000_000
_DEPTH = 100
"""Kraken's default depth."""
_PRINTS = 1_000
"""Kraken's most prints an answer."""


def server_time(venue: Venue, ask: Form) -> form.Json:
    """Answer Time."""
    del ask
    at_us = venue.now_us()
    return {"unixtime": at_us // 1_000_000, "rfc1123": form.rfc3339(at_us)}


def system_status(venue: Venue, ask: Form) -> form.Json:
    """Answer SystemStatus."""
    del ask
    return {"status": "online", "timestamp": form.rfc3339(venue.now_us())}


def assets(venue: Venue, ask: Form) -> form.Json:
    """Answer Assets."""
    del venue, ask
    return {code: form.asset_json(code) for code in terms.DECIMALS}


def asset_pairs(venue: Venue, ask: Form) -> form.Json:
    """Answer AssetPairs."""
    del venue
    if "pair" in ask:
        pair(ask)
    return {form.PAIR: form.pair_json()}


def depth(venue: Venue, ask: Form) -> form.Json:
    """Answer Depth."""
    pair(ask)
    count, at = integer(ask, "count", _DEPTH), venue.now_us() // 1_000_000
    sides = {"asks": venue.engine.book.asks, "bids": venue.engine.book.bids}
    return {
        form.PAIR: {
            name: [
                [form.price_text(price), form.lots_text(lots), at]
                for price, lots in side.levels(count)
            ]
            for name, side in sides.items()
        }
    }


def trades(venue: Venue, ask: Form) -> form.Json:
    """Answer Trades: prints after `since`, oldest first; `last` is the cursor to go on from.

    Without `since` the newest are given.
    """
    pair(ask)
    since_us, count = _since_us(ask), min(integer(ask, "count", _PRINTS), _PRINTS)
    prints = venue.history.prints
    if since_us is None:
        found = prints[max(0, len(prints) - count) :]
    else:
        first = bisect_right(prints, since_us, key=lambda trade: trade.at_us)
        found = prints[first : first + count]
    last_us = found[-1].at_us if found else since_us or 0
    return {form.PAIR: [form.print_json(p) for p in found], "last": str(last_us * 1000)}


def ticker(venue: Venue, ask: Form) -> form.Json:
    """Answer Ticker over the prints that are kept (Kraken: over a day)."""
    if "pair" in ask:
        pair(ask)
    prints = venue.history.prints
    best = {"a": venue.engine.book.asks.levels(1), "b": venue.engine.book.bids.levels(1)}
    tops = {
        name: [form.price_text(price), "1", form.lots_text(lots)]
        for name, levels in best.items()
        for price, lots in levels
    }
    return {form.PAIR: {**tops, **(_summary(prints) if prints else {})}}


def ohlc(venue: Venue, ask: Form) -> form.Json:
    """Answer OHLC: one row for each interval with prints, the last one unfinished."""
    pair(ask)
    interval_us = integer(ask, "interval", 1) * _MINUTE_US
    since_us = instant_us(ask, "since") or 0
    groups = [g for g in candles(venue.history.prints, interval_us) if g[0] > since_us]
    rows = [[start // 1_000_000, *_candle(prints)] for start, prints in groups]
    return {form.PAIR: rows, "last": rows[-2][0] if len(rows) > 1 else 0}


PUBLIC: dict[str, Answer] = {
    "Time": server_time,
    "SystemStatus": system_status,
    "Assets": assets,
    "AssetPairs": asset_pairs,
    "Ticker": ticker,
    "Depth": depth,
    "Trades": trades,
    "OHLC": ohlc,
}
"""Every public endpoint this exchange answers."""

_NANOSECONDS_FROM = 10**12
"""Kraken takes `since` in seconds or in nanoseconds; seconds this large are 30,000 years away."""


def _since_us(ask: Form) -> int | None:
    since_us = instant_us(ask, "since")
    if since_us is None or since_us < _NANOSECONDS_FROM * 1_000_000:
        return since_us
    return since_us // 10**9


def _vwap_units(prints: list[Trade]) -> int:
    lots = sum(trade.lots for trade in prints)
    return sum(trade.cost_units for trade in prints) * 10**terms.LOT_DECIMALS // lots


def _summary(prints: list[Trade]) -> form.Json:
    prices = [trade.price_ticks for trade in prints]
    twice = {
        "v": form.lots_text(sum(trade.lots for trade in prints)),
        "p": form.quote_text(_vwap_units(prints)),
        "t": len(prints),
        "l": form.price_text(min(prices)),
        "h": form.price_text(max(prices)),
    }
    last = prints[-1]
    return {
        "c": [form.price_text(last.price_ticks), form.lots_text(last.lots)],
        "o": form.price_text(prices[0]),
        **{name: [value, value] for name, value in twice.items()},
    }


def _candle(prints: list[Trade]) -> list[str | int]:
    prices = [trade.price_ticks for trade in prints]
    corners = (prices[0], max(prices), min(prices), prices[-1])
    return [
        *map(form.price_text, corners),
        form.quote_text(_vwap_units(prints)),
        form.lots_text(sum(trade.lots for trade in prints)),
        len(prints),
    ]
