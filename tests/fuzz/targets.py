"""What must hold of the protocol for any bytes at all.

Only errors of ours may escape, and a message that was read is written and read again as itself. A
broken promise is an exception that nobody catches.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from domain.errors import RemoteWireError
from live.protocol import v1, v2
from live.protocol.v1 import plain as v1_plain
from live.protocol.v2 import plain as v2_plain
from live.protocol.v2.table import TABLE

NOT_TEXT = "\ufffd"
"""What stands for bytes that are no UTF-8: such a text is not written as it was read."""
_POOL_UPDATE = 13
_SCHEMAS = [schema.number for schema in TABLE.schemas]
_BLOCK = bytes.fromhex("2b000400ffffffff0000000000000080") + bytes(24) + b"\0\0\0"


def pieces(data: bytes) -> Iterator[bytes]:
    """Cut bytes into pieces whose sizes they say themselves."""
    step = data[0] % 61 + 1 if data else 1
    for at in range(0, len(data), step):
        yield data[at : at + step]


def v1_stream(data: bytes) -> None:
    """Read a v1 stream in pieces; it gives what it gives when it comes whole."""
    whole, pieced = v1.Decoder(v1.ALL_TYPES), v1.Decoder(v1.ALL_TYPES)
    frames = _fed(whole, [data])
    assert _fed(pieced, pieces(data)) == frames
    for frame in frames:
        v1_message(frame)


def v1_payload(data: bytes) -> None:
    """Read one v1 payload of any type."""
    number = data[0] % 14 + 1 if data else 4
    [frame] = v1.Decoder(v1.ALL_TYPES).feed(v1.push_frame(number, data[1:65_000], 7, flags=1))
    v1_message(frame)


def v1_message(frame: v1.Frame) -> None:
    """Read a v1 frame in both layouts, write what was read, and tell it as JSON."""
    layout: v1.ArbitrageLayout
    for layout in ("A", "B"):
        try:
            message = v1.decode(frame, arbitrage=layout)
            if NOT_TEXT in repr(message):
                continue
            again = v1.encode(message, frame.sequence, flags=frame.flags, arbitrage=layout)
        except RemoteWireError:
            continue
        [reframed] = v1.Decoder(v1.ALL_TYPES).feed(again)
        assert v1.decode(reframed, arbitrage=layout) == message
        told = json.loads(json.dumps(v1_plain.plain_frame(reframed, arbitrage=layout)))
        assert v1_plain.frame_of(told, arbitrage=layout) == again
    if frame.type == _POOL_UPDATE:
        _pool_data(frame)


def _pool_data(frame: v1.Frame) -> None:
    family: v1.PoolFamily
    for family in ("event", "update"):
        try:
            told = v1_plain.plain_frame(frame, pools=family)
        except RemoteWireError:
            continue
        [again] = v1.Decoder(v1.ALL_TYPES).feed(v1_plain.frame_of(told))
        assert v1_plain.plain_frame(again, pools=family) == told


def v2_stream(data: bytes) -> None:
    """Read a v2 stream in pieces; it gives what it gives when it comes whole."""
    frames = _fed(v2.Decoder(), [data])
    assert _fed(v2.Decoder(), pieces(data)) == frames
    for frame in frames:
        v2_message(frame)


def v2_payload(data: bytes) -> None:
    """Put an envelope around a payload of any schema, with a routing block half of the time."""
    data = data.ljust(2, b"\0")
    schema = [*_SCHEMAS, 260, 9_999][data[0] % (len(_SCHEMAS) + 2)]
    known = TABLE.by_number.get(schema)
    is_routed = bool(data[1] & 1) if known is None or data[1] & 2 else known.is_routed
    payload = _BLOCK + data[2:] if is_routed and data[1] & 4 else data[2:]
    raw = v2.push_frame(schema, payload, source=1, sequence=2, sent_ns=3, is_routed=is_routed)
    [frame] = v2.Decoder().feed(raw)
    v2_message(frame)


def v2_message(frame: v2.Frame) -> None:
    """Route a v2 frame, read it, write what was read, and tell it as JSON."""
    try:
        route = v2.route_of(frame)
        message = frame.message
    except RemoteWireError:
        return
    told = json.loads(json.dumps(v2_plain.plain_frame(frame)))
    [again] = v2.Decoder().feed(v2_plain.frame_of(told))
    assert again.message == message
    assert v2.route_of(again) == route


def talk(data: bytes) -> None:
    """Say anything to a server and to clients: the one answers, the others read or give up."""
    server = v2.ServerTalk((v2.V1_0, v2.V2_0), ("replay",))
    for piece in pieces(data):
        server.receive(piece)
    for may_fall_back in (True, False):
        client = v2.ClientTalk(may_fall_back=may_fall_back)
        try:
            for piece in pieces(data):
                client.receive(piece)
            client.timed_out()
        except RemoteWireError:
            continue


def hello(data: bytes) -> None:
    """Make a frame of a hello or welcome with any payload, and talk on with the rest."""
    at = data[0] if data else 0
    for schema in (267, 268):
        raw = v2.push_frame(schema, data[1 : 1 + at], source=0, sequence=0, sent_ns=0)
        talk(raw + data[1 + at :])


TARGETS: tuple[Callable[[bytes], None], ...] = (
    v1_stream,
    v1_payload,
    v2_stream,
    v2_payload,
    talk,
    hello,
)


def try_all(data: bytes) -> None:
    """Let the first byte choose what is tried with the rest."""
    if data:
        TARGETS[data[0] % len(TARGETS)](data[1:])


def _fed(decoder: Any, given: Iterable[bytes]) -> list[Any]:
    frames: list[Any] = []
    try:
        for piece in given:
            frames += decoder.feed(piece)
    except RemoteWireError:
        assert decoder.broken is not None
    return frames
