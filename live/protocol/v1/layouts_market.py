"""Payload layouts of types 1 to 8, market data, as mirrored ``push`` / ``pull`` pairs.

Offsets follow from the order of the calls; a short payload is a `RemoteWireError`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v1 import messages as m
from live.protocol.v1.fields import Reader, push_text, push_u64s, push_uint

_HEARTBEAT_BYTES = 16
_LEVEL_BYTES = 16
_UPDATE = struct.Struct("<BQQB")


def push_order_book(book: m.OrderBook) -> bytes:
    return push_u64s((book.timestamp_ns, book.symbol_hash)) + _push_levels(book.bids, book.asks)


def pull_order_book(r: Reader) -> m.OrderBook:
    timestamp_ns, symbol_hash = r.pull_uint(8), r.pull_uint(8)
    return m.OrderBook(timestamp_ns, symbol_hash, *_pull_levels(r))


def push_snapshot(book: m.L2Snapshot) -> bytes:
    head = push_u64s((book.timestamp_ns, book.symbol_hash, book.sequence))
    return head + _push_levels(book.bids, book.asks)


def pull_snapshot(r: Reader) -> m.L2Snapshot:
    timestamp_ns, symbol_hash, sequence = r.pull_u64s(3)
    return m.L2Snapshot(timestamp_ns, symbol_hash, sequence, *_pull_levels(r))


def _push_levels(bids: Sequence[m.Level], asks: Sequence[m.Level]) -> bytes:
    counts = push_uint(len(bids), 2) + push_uint(len(asks), 2)
    numbers = [number for x in (*bids, *asks) for number in (x.price_e8, x.volume_e8)]
    return counts + push_u64s(numbers)


def _pull_levels(r: Reader) -> tuple[tuple[m.Level, ...], tuple[m.Level, ...]]:
    n_bids, n_asks = r.pull_uint(2), r.pull_uint(2)
    r.need(_LEVEL_BYTES * (n_bids + n_asks))
    numbers = r.pull_u64s(2 * (n_bids + n_asks))
    levels = list(map(m.Level, numbers[::2], numbers[1::2]))
    return tuple(levels[:n_bids]), tuple(levels[n_bids:])


def push_delta(delta: m.L2Delta) -> bytes:
    head = push_u64s((delta.timestamp_ns, delta.symbol_hash, delta.sequence))
    return head + push_uint(len(delta.updates), 2) + b"".join(map(_push_update, delta.updates))


def _push_update(update: m.L2Update) -> bytes:
    if update.side not in {m.BID, m.ASK} or update.action not in {m.DELETE, m.UPDATE, m.INSERT}:
        raise LocalWireError("v1 has no such book update", side=update.side, action=update.action)
    try:
        return _UPDATE.pack(update.side, update.price_e8, update.volume_e8, update.action)
    except struct.error as error:
        raise LocalWireError("a number of this update does not fit", update=update) from error


def pull_delta(r: Reader) -> m.L2Delta:
    timestamp_ns, symbol_hash, sequence = r.pull_u64s(3)
    count = r.pull_uint(2)
    entries = _UPDATE.iter_unpack(r.pull_bytes(_UPDATE.size * count))
    updates = tuple(_pull_update(*entry) for entry in entries)
    return m.L2Delta(timestamp_ns, symbol_hash, sequence, updates)


def _pull_update(side: int, price_e8: int, volume_e8: int, action: int) -> m.L2Update:
    if side not in {m.BID, m.ASK}:
        raise RemoteWireError("a book has two sides", side=side)
    is_known = action in {m.DELETE, m.INSERT}
    return m.L2Update(side, price_e8, volume_e8, action if is_known else m.UPDATE)


def push_heartbeat(beat: m.Heartbeat) -> bytes:
    return push_uint(beat.timestamp_ns, 8) + push_uint(beat.counter, 4) + bytes(4)


def pull_heartbeat(r: Reader) -> m.Heartbeat:
    r.need(_HEARTBEAT_BYTES)
    return m.Heartbeat(r.pull_uint(8), r.pull_uint(4))


def push_metrics(metrics: m.Metrics) -> bytes:
    return metrics.body


def pull_metrics(r: Reader) -> m.Metrics:
    return m.Metrics(r.pull_rest())


def push_reset(reset: m.L2Reset) -> bytes:
    return push_uint(reset.symbol_hash, 8) + push_uint(reset.exchange_id, 2)


def pull_reset(r: Reader) -> m.L2Reset:
    return m.L2Reset(r.pull_uint(8), r.pull_uint(2))


def push_mapping(mapping: m.SymbolMapping) -> bytes:
    return push_uint(mapping.symbol_hash, 8) + push_text(mapping.symbol)


def pull_mapping(r: Reader) -> m.SymbolMapping:
    return m.SymbolMapping(r.pull_uint(8), r.pull_text())
