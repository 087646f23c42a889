"""The envelope of v2, and an incremental decoder that cuts a stream into frames.

======  ====  ==============================================================
offset  size  field
======  ====  ==============================================================
0       4     magic ``APv2``; its first byte is not v1's 0xFE
4       1     version, 2
5       1     flags: bit 0 set when the payload begins with a routing block
6       2     source id
8       2     schema number
10      2     minor version of the writer, 0 for 2.0
12      4     payload bytes
16      8     sequence of the source, from 0, one more a frame
24      8     sent_ns, the source's clock
32      8     venue_ns, the venue's or chain's clock; 0 when it gave none
40      4     CRC-32 of bytes 0-39 and the payload
======  ====  ==============================================================
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

import msgspec

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.cutting import Cutter
from live.protocol.v2.codec import Message, decode_payload, encode_payload
from live.protocol.v2.messages import Unknown
from live.protocol.v2.table import TABLE

MAGIC = b"APv2"
VERSION = 2
MINOR = 0
"""What this program writes; readers take any minor of their major version."""
ROUTED = 1
"""Flag: the payload begins with a routing block, whether or not the reader knows its schema."""
MAX_PAYLOAD_BYTES = 1024 * 1024
"""A v3 pool with every tick of the desk's range is 40 kB; HTTP servers stop at 1 MB as well."""

_HEAD = struct.Struct("<4sBBHHHIQQQ")
_CRC = struct.Struct("<I")
_HEAD_BYTES = _HEAD.size
HEADER_BYTES = _HEAD.size + _CRC.size
_ENVELOPE = struct.Struct(_HEAD.format + "I")
_ROUTED_SCHEMAS = frozenset(schema.number for schema in TABLE.schemas if schema.is_routed)


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One whole frame whose checksum holds.

    Args:
        raw: Header and payload as received.
    """

    source: int
    schema: int
    sequence: int
    sent_ns: int
    venue_ns: int
    raw: bytes

    @property
    def payload(self) -> bytes:
        """The bytes after the header."""
        return self.raw[HEADER_BYTES:]

    @property
    def minor(self) -> int:
        """The minor version of its writer."""
        return int.from_bytes(self.raw[10:12], "little")

    @property
    def is_routed(self) -> bool:
        """Whether its payload begins with a routing block."""
        return self.raw[5] & ROUTED == ROUTED

    @property
    def message(self) -> Message | Unknown:
        """The message, or :class:`Unknown` when its schema is newer than this program.

        Raises:
            RemoteWireError: The payload is not of its schema.
        """
        schema = self.schema
        if self.is_routed != (schema in _ROUTED_SCHEMAS) and schema in TABLE.by_number:
            raise RemoteWireError("this frame's routing flag is not its schema's", schema=schema)
        return decode_payload(schema, self.payload)


class Stamp(NamedTuple):
    """What a frame's header says of where and when it came from."""

    source: int
    schema: int
    sequence: int
    sent_ns: int


def stamp_of(raw: bytes) -> Stamp:
    """Read the stamp of a whole frame without decoding it; its checksum is not looked at.

    Raises:
        RemoteWireError: It is shorter than a header, or of another protocol.
    """
    if len(raw) < HEADER_BYTES or not raw.startswith(MAGIC):
        raise RemoteWireError("these bytes are no v2 frame", size_bytes=len(raw))
    _, _, _, source, schema, _, _, sequence, sent_ns, _ = _HEAD.unpack_from(raw)
    return Stamp(source, schema, sequence, sent_ns)


def push_frame(
    schema: int,
    payload: bytes,
    *,
    source: int,
    sequence: int,
    sent_ns: int,
    venue_ns: int = 0,
    is_routed: bool = False,
    minor: int = MINOR,
) -> bytes:
    """Put the envelope around a payload.

    Args:
        schema: Number of the payload's schema.
        payload: At most 1 MiB.
        source: Who sends, 0 to 65535.
        sequence: The source's own counter, from 0.
        sent_ns: The source's clock.
        venue_ns: The venue's or chain's clock, when it gave a time.
        is_routed: Whether the payload begins with a routing block.
        minor: Of the version written.

    Raises:
        LocalWireError: A field does not fit, or the payload is beyond 1 MiB.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise LocalWireError("split this message: v2 carries 1 MiB", size_bytes=len(payload))
    numbers = (source, schema, minor, len(payload), sequence, sent_ns, venue_ns)
    try:
        head = _HEAD.pack(MAGIC, VERSION, ROUTED if is_routed else 0, *numbers)
    except struct.error as error:
        raise LocalWireError("a field of this envelope does not fit", fields=numbers) from error
    return head + _CRC.pack(zlib.crc32(payload, zlib.crc32(head))) + payload


def encode(
    message: Message, *, source: int, sequence: int, sent_ns: int, venue_ns: int = 0
) -> bytes:
    """Write a message as one frame; arguments as in :func:`push_frame`.

    Raises:
        LocalWireError: A field does not fit.
    """
    schema, payload = encode_payload(message)
    return push_frame(
        schema,
        payload,
        source=source,
        sequence=sequence,
        sent_ns=sent_ns,
        venue_ns=venue_ns,
        is_routed=schema in _ROUTED_SCHEMAS,
    )


class Decoder(Cutter[Frame]):
    """Cuts a byte stream into frames; a bad header or checksum breaks it."""

    def __init__(self) -> None:
        super().__init__(HEADER_BYTES)

    def _cut(self, data: bytes, frames: list[Frame]) -> int:
        at, size, view = 0, len(data), memoryview(data)
        last = size - HEADER_BYTES
        unpack, crc, add = _ENVELOPE.unpack_from, zlib.crc32, frames.append
        while at <= last:
            fields = unpack(data, at)
            magic, version, _, source, schema, _, length, sequence, sent_ns, venue_ns, told = fields
            if magic != MAGIC or version != VERSION or length > MAX_PAYLOAD_BYTES:
                self.broken = RemoteWireError(
                    "this is not a v2 frame", magic=magic.hex(), version=version
                )
                break
            body = at + HEADER_BYTES
            end = body + length
            if end > size:
                self._wanted_bytes = end - at
                return at
            if told != crc(view[body:end], crc(view[at : at + _HEAD_BYTES])):
                self.broken = RemoteWireError("this checksum does not hold", schema=schema)
                break
            add(Frame(source, schema, sequence, sent_ns, venue_ns, data[at:end]))
            at = end
        return at
