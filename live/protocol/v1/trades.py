"""Trades, type 1, which are most of what v1 carries: one layout for one trade and for batches.

Header and payload are one fixed struct of 72 bytes, packed and unpacked in one go. Everything else
of v1 walks through its fields (`layouts_market.py`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v1.frames import ALL_TYPES, HEADER_BYTES, MAGIC, Decoder, Frame
from live.protocol.v1.messages import BUY, SELL, UNKNOWN, Trade

TRADE = 1
TRADE_BYTES = 64

_FRAME = struct.Struct("<BBBHHB7QB7x")
_PAYLOAD = struct.Struct("<7QB")
_U8, _U16 = 0xFF, 0xFFFF
_LARGEST_SIDE = max(UNKNOWN, BUY, SELL)


def push_trade_frame(trade: Trade, sequence: int, flags: int = 0) -> bytes:
    """Write a trade as one frame.

    Raises:
        LocalWireError: A field does not fit, or the side is none.
    """
    try:
        if trade.side > _LARGEST_SIDE or sequence < 0:
            raise LocalWireError("a trade's side is unknown, buy or sell", side=trade.side)
        return _FRAME.pack(
            MAGIC,
            TRADE,
            flags,
            TRADE_BYTES,
            sequence & _U16,
            sequence >> 16 & _U8,
            trade.timestamp_ns,
            trade.ingestion_ns,
            trade.relay_ns,
            trade.bridge_ns,
            trade.price_e8,
            trade.volume_e8,
            trade.symbol_hash,
            trade.side,
        )
    except (struct.error, TypeError) as error:
        raise LocalWireError("a field of this trade does not fit", trade=trade) from error


def pull_trade_frame(raw: bytes) -> Trade:
    """Read the trade of a whole frame; surplus bytes stay unread.

    Raises:
        RemoteWireError: It is shorter than a trade.
    """
    try:
        timestamp_ns, ingestion_ns, relay_ns, bridge_ns, price_e8, volume_e8, symbol_hash, side = (
            _PAYLOAD.unpack_from(raw, HEADER_BYTES)
        )
    except struct.error as error:
        raise _short(raw) from error
    if len(raw) < HEADER_BYTES + TRADE_BYTES:
        raise _short(raw)
    return Trade(
        timestamp_ns,
        ingestion_ns,
        price_e8,
        volume_e8,
        symbol_hash,
        side if side <= _LARGEST_SIDE else UNKNOWN,
        relay_ns,
        bridge_ns,
    )


def encode_trades(trades: Iterable[Trade], sequence: int) -> bytes:
    """Write trades as frames one behind the other, numbered from a sequence on.

    Raises:
        LocalWireError: A field does not fit.
    """
    return b"".join([push_trade_frame(trade, sequence + i) for i, trade in enumerate(trades)])


def decode_trades(run: bytes) -> list[Trade]:
    """Read the trades of whole frames one behind the other; other types are passed over.

    Frames that are trades and nothing else, which is what a busy feed brings, are cut and read in
    one go.

    Raises:
        RemoteWireError: It is no such frames, one is shorter than a trade, or the last is cut.
    """
    if len(run) % _FRAME.size == 0:
        trades = [
            Trade(
                timestamp_ns,
                ingestion_ns,
                price_e8,
                volume_e8,
                symbol_hash,
                side if side <= _LARGEST_SIDE else UNKNOWN,
                relay_ns,
                bridge_ns,
            )
            for magic, kind, _, size, _, _, timestamp_ns, ingestion_ns, relay_ns, bridge_ns,
            price_e8, volume_e8, symbol_hash, side in _FRAME.iter_unpack(run)
            if kind == TRADE and magic == MAGIC and size == TRADE_BYTES
        ]  # fmt: skip
        if len(trades) * _FRAME.size == len(run):
            return trades
    return [pull_trade_frame(frame.raw) for frame in _cut(run) if frame.type == TRADE]


def _cut(run: bytes) -> list[Frame]:
    decoder = Decoder(ALL_TYPES)
    frames = decoder.feed(run)
    if decoder.broken is not None:
        raise decoder.broken
    if sum(len(frame.raw) for frame in frames) != len(run):
        raise RemoteWireError("these frames end inside one; keep the rest for the next read")
    return frames


def _short(raw: bytes) -> RemoteWireError:
    got = len(raw) - HEADER_BYTES
    return RemoteWireError("this payload is shorter than it says", need=TRADE_BYTES, got=got)
