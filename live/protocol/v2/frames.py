"""The envelope of v2, and an incremental decoder that cuts a stream into frames.

======  ====  ==============================================================
offset  size  field
======  ====  ==============================================================
0       4     magic ``APv2``; its first byte is not v1's 0xFE
4       1     version, 2
5       1     flags, 0
6       2     source id
8       2     schema number
10      2     reserved, 0
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

import msgspec

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v2.codec import decode_payload, encode_payload
from live.protocol.v2.messages import Message, Unknown

MAGIC = b"APv2"
VERSION = 2
MAX_PAYLOAD_BYTES = 1024 * 1024
"""A v3 pool with every tick of the desk's range is 40 kB; HTTP servers stop at 1 MB as well."""

_HEAD = struct.Struct("<4sBBHHHIQQQ")
_CRC = struct.Struct("<I")
HEADER_BYTES = _HEAD.size + _CRC.size


class Frame(msgspec.Struct, frozen=True):
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
    def message(self) -> Message | Unknown:
        """The message, or :class:`Unknown` when its schema is newer than this program.

        Raises:
            RemoteWireError: The payload is not of its schema.
        """
        return decode_payload(self.schema, self.payload)


def push_frame(
    schema: int, payload: bytes, *, source: int, sequence: int, sent_ns: int, venue_ns: int = 0
) -> bytes:
    """Put the envelope around a payload.

    Raises:
        LocalWireError: A field does not fit, or the payload is beyond 1 MiB.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise LocalWireError("split this message: v2 carries 1 MiB", size_bytes=len(payload))
    numbers = (source, schema, 0, len(payload), sequence, sent_ns, venue_ns)
    try:
        head = _HEAD.pack(MAGIC, VERSION, 0, *numbers)
    except struct.error as error:
        raise LocalWireError("a field of this envelope does not fit", fields=numbers) from error
    return head + _CRC.pack(zlib.crc32(payload, zlib.crc32(head))) + payload


def encode(
    message: Message, *, source: int, sequence: int, sent_ns: int, venue_ns: int = 0
) -> bytes:
    """Write a message as one frame.

    Args:
        message: Any v2 message.
        source: Who sends, 0 to 65535.
        sequence: The source's own counter, from 0.
        sent_ns: The source's clock.
        venue_ns: The venue's or chain's clock, when it gave a time.

    Raises:
        LocalWireError: A field does not fit.
    """
    schema, payload = encode_payload(message)
    return push_frame(
        schema, payload, source=source, sequence=sequence, sent_ns=sent_ns, venue_ns=venue_ns
    )


class Decoder:
    """Cuts a byte stream into frames, whatever pieces it arrives in.

    A bad header or checksum breaks the stream for good; frames before it are still given.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self.broken: RemoteWireError | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes and give the frames that are whole now; none is an ordinary answer.

        Raises:
            RemoteWireError: The stream is broken and no whole frame stands before the break.
        """
        frames: list[Frame] = []
        if self.broken is None:
            buffer = self._buffer + data
            try:
                self._buffer = buffer[self._cut(buffer, frames) :]
            except RemoteWireError as error:
                self.broken = error
        if self.broken is not None and not frames:
            raise self.broken
        return frames

    def _cut(self, buffer: bytes, frames: list[Frame]) -> int:
        at = 0
        while len(buffer) - at >= HEADER_BYTES:
            end = at + HEADER_BYTES + _payload_bytes(buffer, at)
            if end > len(buffer):
                break
            frames.append(_checked(buffer[at:end]))
            at = end
        return at


def _payload_bytes(buffer: bytes, at: int) -> int:
    magic, version, _flags, _source, _schema, _reserved, size = _HEAD.unpack_from(buffer, at)[:7]
    if magic != MAGIC or version != VERSION or size > MAX_PAYLOAD_BYTES:
        raise RemoteWireError("this is not a v2 frame", magic=magic.hex(), version=version)
    return size


def _checked(raw: bytes) -> Frame:
    fields = _HEAD.unpack_from(raw)
    [told] = _CRC.unpack_from(raw, _HEAD.size)
    if told != zlib.crc32(raw[HEADER_BYTES:], zlib.crc32(raw[: _HEAD.size])):
        raise RemoteWireError("this frame's checksum does not hold", schema=fields[4])
    _magic, _version, _flags, source, schema, _reserved, _size, sequence, sent_ns, venue_ns = fields
    return Frame(source, schema, sequence, sent_ns, venue_ns, raw)
