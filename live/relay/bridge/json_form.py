"""Frames as browsers read them: JSON under the tags of the deployed bridge, with exact numbers.

Like the deployed bridge: ``msg_type``, symbol hashes as decimal strings, times in milliseconds,
prices and sizes as floats for charts. Unlike it, each float has its exact decimal beside it
(``price_exact``), nanoseconds are given as strings, a latency is null when a clock disagrees, and
types it never sent are told too. v2 messages carry the name of their schema. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from domain.errors import RemoteWireError
from live.protocol import v1, v2
from live.protocol.plain import plain
from live.protocol.v2.plain import plain_message
from live.relay.parcels import Parcel

Text = Callable[[int], str | None]
"""Gives the text of a symbol hash, or None while nobody has mapped it."""
Told = dict[str, Any]

_E8 = 100_000_000
_DECIMALS = 8
_NS_PER_MS = 1_000_000
_NS_PER_US = 1_000
_SIDES = {v1.BUY: "buy", v1.SELL: "sell", v1.UNKNOWN: "unknown"}
_BOOK_SIDES = {v1.BID: "bid", v1.ASK: "ask"}
_ACTIONS = {v1.DELETE: "delete", v1.UPDATE: "update", v1.INSERT: "insert"}


def told_of(parcel: Parcel, text: Text, now_ns: int) -> bytes:
    """Write a frame as one JSON object.

    Raises:
        RemoteWireError: Its payload is not of its type or schema.
    """
    if parcel.v1:
        [frame] = v1.Decoder().feed(parcel.v1)
        return msgspec.json.encode(_of_v1(v1.decode(frame, arbitrage="A"), text, now_ns))
    [frame] = v2.Decoder().feed(parcel.raw)
    message = frame.message
    return msgspec.json.encode(
        {
            "msg_type": type(message).__name__,
            "schema": frame.schema,
            "source": frame.source,
            "sequence": plain(frame.sequence, {}),
            "sent_ns": str(frame.sent_ns),
            "fields": plain_message(message),
        }
    )


def exact_e8(value_e8: int) -> str:
    """Write a number of eight decimals exactly, without zeros that say nothing."""
    whole, rest = divmod(value_e8, _E8)
    decimals = f"{rest:0{_DECIMALS}}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _of_v1(message: v1.Message, text: Text, now_ns: int) -> Told:
    if isinstance(message, v1.Trade):
        return _trade(message, text, now_ns)
    tell = _TELLERS.get(type(message))
    if tell is None:
        raise RemoteWireError("this type has no place on a market channel")
    return tell(message, text)


def _tagged(tag: str, **fields: object) -> Told:
    return {"msg_type": tag, **fields}


def _head(
    tag: str, message: v1.Trade | v1.OrderBook | v1.L2Snapshot | v1.L2Delta, text: Text
) -> Told:
    return _tagged(
        tag,
        symbol_hash=str(message.symbol_hash),
        symbol=text(message.symbol_hash),
        timestamp=_ms(message.timestamp_ns),
        timestamp_ns=str(message.timestamp_ns),
    )


def _trade(trade: v1.Trade, text: Text, now_ns: int) -> Told:
    return {
        **_head("trade", trade, text),
        **_number("price", trade.price_e8),
        **_number("volume", trade.volume_e8),
        "side": _SIDES[trade.side],
        "latency_collector_to_relay_us": _span_us(trade.ingestion_ns, trade.relay_ns),
        "latency_relay_to_bridge_us": _span_us(trade.relay_ns, now_ns),
        "latency_bridge_to_frontend_us": None,
        "latency_total_us": _span_us(trade.ingestion_ns, now_ns),
    }


def _order_book(book: v1.OrderBook, text: Text) -> Told:
    data = {**_book(book.bids, book.asks), "timestamp": _ms(book.timestamp_ns)}
    return {**_head("orderbook", book, text), "data": data}


def _snapshot(book: v1.L2Snapshot, text: Text) -> Told:
    sequence = plain(book.sequence, {})
    sides = _book(book.bids, book.asks)
    return {**_head("l2_snapshot", book, text), "sequence": sequence, **sides}


def _delta(delta: v1.L2Delta, text: Text) -> Told:
    sequence, updates = plain(delta.sequence, {}), [_update(one) for one in delta.updates]
    return {**_head("l2_delta", delta, text), "sequence": sequence, "updates": updates}


def _mapping(mapping: v1.SymbolMapping, _text: Text) -> Told:
    symbol_hash = str(mapping.symbol_hash)
    return _tagged("symbol_mapping", symbol_hash=symbol_hash, symbol=mapping.symbol)


def _reset(reset: v1.L2Reset, text: Text) -> Told:
    symbol_hash = str(reset.symbol_hash)
    return _tagged("l2_reset", symbol_hash=symbol_hash, symbol=text(reset.symbol_hash))


def _as_it_is(tag: str) -> Callable[[Any, Text], Told]:
    return lambda message, _text: _tagged(tag, **plain(message, {}))


def _arbitrage(found: v1.ArbitrageOpportunity, _text: Text) -> Told:
    amounts = {
        "price_buy": found.price_buy_e8,
        "price_sell": found.price_sell_e8,
        "estimated_profit": found.estimated_profit_usd_e8,
        "profit_percent": found.profit_percent_e8,
        "liquidity_buy": found.liquidity_buy_usd_e8,
        "liquidity_sell": found.liquidity_sell_usd_e8,
        "max_trade_size": found.max_trade_size_usd_e8,
    }
    texts = (
        "pair",
        "token_a",
        "token_b",
        "dex_buy",
        "dex_sell",
        "dex_buy_router",
        "dex_sell_router",
    )
    told = _tagged("arbitrage_opportunity", **{name: getattr(found, name) for name in texts})
    for name, amount_e8 in amounts.items():
        told |= _number(name, amount_e8)
    return {**told, "gas_estimate": found.gas_estimate, "detected_at": _ms(found.timestamp_ns)}


def _book(bids: Sequence[v1.Level], asks: Sequence[v1.Level]) -> Told:
    return {"bids": [_level(level) for level in bids], "asks": [_level(level) for level in asks]}


def _level(level: v1.Level) -> Told:
    return {**_number("price", level.price_e8), **_number("size", level.volume_e8)}


def _update(update: v1.L2Update) -> Told:
    return {
        "side": _BOOK_SIDES[update.side],
        **_number("price", update.price_e8),
        **_number("size", update.volume_e8),
        "action": _ACTIONS[update.action],
    }


def _number(name: str, value_e8: int) -> Told:
    return {name: value_e8 / _E8, f"{name}_exact": exact_e8(value_e8)}


def _ms(instant_ns: int) -> int:
    return instant_ns // _NS_PER_MS


def _span_us(begin_ns: int, end_ns: int) -> int | None:
    """Give a latency, or None when a stamp is absent or one clock is ahead of the other."""
    return (end_ns - begin_ns) // _NS_PER_US if 0 < begin_ns <= end_ns else None


_TELLERS: dict[type[object], Callable[[Any, Text], Told]] = {
    v1.OrderBook: _order_book,
    v1.L2Snapshot: _snapshot,
    v1.L2Delta: _delta,
    v1.SymbolMapping: _mapping,
    v1.L2Reset: _reset,
    v1.ArbitrageOpportunity: _arbitrage,
    v1.Heartbeat: _as_it_is("heartbeat"),
    v1.Metrics: _as_it_is("metrics"),
    v1.StatusUpdate: _as_it_is("status_update"),
}
