"""A v2 frame on its way through the relay, with all that the relay has read of it.

A parcel is made once, when its frame arrives; filters, queues, history and expiry share it. What a
message says beyond its routing block is not read here, but for one thing: what a state is the state
of, and whether it stands alone, so that a newer one may take the place of an older one.
"""

from __future__ import annotations

import struct

import msgspec

from domain.errors import RemoteWireError
from live.protocol import v2
from live.protocol.v2.table import TABLE

_CHAIN_HEAD, _POOL_STATE, _BOOK_STATE = (
    TABLE.by_message[message].number for message in (v2.ChainHead, v2.PoolState, v2.OrderBookState)
)
_OWN_ROUTE = v2.Route(
    v2.CONTROL, 0, v2.SOURCE_RELAY, 0, "", (), (), None, None, 0, v2.NO_CORRELATION
)
_BLOCK_SIZE = struct.Struct("<H")
_TEXT_SIZE = struct.Struct("<I")


class Parcel(msgspec.Struct, frozen=True, gc=False):
    """One frame and what is known of it.

    Args:
        raw: The frame as its source wrote it; on `market` the relay's own wrapper of a v1 frame.
        route: What it may be chosen by.
        position: Its number on its channel, from 1; 0 for what the relay says to one reader.
        origin: The ingest it came by.
        key: What it is the state of; empty when it is no state.
        is_whole: Whether it says all of that state; else it changes the one before.
        v1: The bare v1 frame on `market`.
        order: Its number among the frames of all channels, so that a replay keeps their order.
    """

    raw: bytes
    route: v2.Route
    position: int
    origin: str = ""
    key: bytes = b""
    is_whole: bool = False
    v1: bytes = b""
    order: int = 0


def own_parcel(raw: bytes) -> Parcel:
    """Make a parcel of what the relay itself says to one reader."""
    return Parcel(raw, _OWN_ROUTE, 0)


def state_of(frame: v2.Frame) -> tuple[bytes, bool]:
    """Say what a frame is the state of (empty: of nothing), and whether it says all of it.

    Raises:
        RemoteWireError: The frame ends before it says so.
    """
    schema = frame.schema
    if schema == _POOL_STATE:
        return _texts(frame.raw, 1)[0], True
    if schema == _BOOK_STATE:
        key, _ = _texts(frame.raw, 2)
        _, at = _texts(frame.raw, 4)
        return key, frame.raw[at : at + 1] == b"\1"
    if schema == _CHAIN_HEAD:
        return b"head%d" % frame.source, True
    return b"", False


def _texts(raw: bytes, count: int) -> tuple[bytes, int]:
    """Give the bytes of the first texts behind the routing block, and the offset behind them."""
    try:
        first = at = v2.HEADER_BYTES + _BLOCK_SIZE.unpack_from(raw, v2.HEADER_BYTES)[0]
        for _ in range(count):
            at += _TEXT_SIZE.size + _TEXT_SIZE.unpack_from(raw, at)[0]
    except struct.error as error:
        raise RemoteWireError("this state does not say what it is of", size=len(raw)) from error
    return raw[first:at], at
