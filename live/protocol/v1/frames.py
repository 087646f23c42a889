"""Frames of v1: the 8-byte header, and an incremental decoder that cuts a stream into frames.

What a deployed reader does not check, we do not check either (flags, the payload's length against
its type): such frames pass through unharmed. What it chokes on, we refuse.
"""

from __future__ import annotations

import struct

import msgspec

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.cutting import Cutter

MAGIC = 0xFE
HEADER_BYTES = 8
MAX_PAYLOAD_BYTES = 0xFFFF
"""The length field has 16 bits; the first encoders let it wrap, which desynchronised the stream."""
SEQUENCE_BITS = 24
_U8 = 0xFF
_U16 = 0xFFFF
G1_TYPES = frozenset(range(1, 11))
"""What every deployed v1 reader survives."""
G2_TYPES = frozenset(range(1, 14))
ALL_TYPES = frozenset(range(1, 15))

_HEADER = struct.Struct("<BBBHHB")
"""Magic, type, flags, length, and the sequence as its low 16 and high 8 bits."""


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One whole frame.

    Args:
        sequence: Low 24 bits of the sender's counter.
        raw: Header and payload as received.
    """

    type: int
    flags: int
    sequence: int
    raw: bytes

    @property
    def payload(self) -> bytes:
        """The bytes after the header."""
        return self.raw[HEADER_BYTES:]


def push_frame(message_type: int, payload: bytes, sequence: int, *, flags: int = 0) -> bytes:
    """Put a header in front of a payload.

    Args:
        message_type: 1 to 14.
        payload: At most 65 535 bytes.
        sequence: The sender's counter; its low 24 bits travel, as v1 defines.
        flags: 0 for every v1 writer; no v1 reader looks at it.

    Raises:
        LocalWireError: The payload is longer than the length field can say, or a field is negative.
    """
    if message_type not in ALL_TYPES or not 0 <= flags <= _U8 or sequence < 0:
        raise LocalWireError("v1 has no such frame", type=message_type, sequence=sequence)
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise LocalWireError(
            "split this message: v1 carries 65535 bytes at most", size_bytes=len(payload)
        )
    low, high = sequence & _U16, sequence >> 16 & _U8
    return _HEADER.pack(MAGIC, message_type, flags, len(payload), low, high) + payload


class Decoder(Cutter[Frame]):
    """Cuts a byte stream into frames; only a bad header breaks it.

    Args:
        types: Which type numbers are legal on this channel.
    """

    def __init__(self, types: frozenset[int] = G1_TYPES) -> None:
        super().__init__(HEADER_BYTES)
        self._types = types

    def _cut(self, data: bytes, frames: list[Frame]) -> int:
        at, size = 0, len(data)
        last = size - HEADER_BYTES
        types, unpack, add = self._types, _HEADER.unpack_from, frames.append
        while at <= last:
            magic, kind, flags, length, low, high = unpack(data, at)
            if magic != MAGIC or kind not in types:
                self.broken = RemoteWireError(
                    "this is not a frame of this channel", magic=magic, type=kind
                )
                break
            end = at + HEADER_BYTES + length
            if end > size:
                self._wanted_bytes = end - at
                return at
            add(Frame(kind, flags, high << 16 | low, data[at:end]))
            at = end
        return at
