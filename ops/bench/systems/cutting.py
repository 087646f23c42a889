"""Cutting a stream into frames with as little work as can be, alike for every system.

A reader of the bench must not be what is measured: it looks at lengths alone, and where many frames
of one length stand together, at all their heads at once. Nothing is decoded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np

from live.protocol import v1, v2

Take = Callable[[bytes], None]
"""Told the bytes of each read."""
_MANY = 8
"""Frames from which looking at them together is quicker than one by one."""


class Cutter:
    """Counts the frames of one stream.

    Args:
        header_bytes: Of a frame.
        length: Where in the header the payload's length stands.

    `whole` is what the last read made whole, one frame behind the other.
    """

    def __init__(self, header_bytes: int, length: slice) -> None:
        self.whole = b""
        self._header_bytes = header_bytes
        self._length = length
        self._tail = b""

    def feed(self, data: bytes) -> int:
        """Take bytes; gives how many frames are whole now."""
        data = self._tail + data if self._tail else data
        if len(data) >= self._header_bytes and self._size(data, 0) == len(data):
            self._tail, self.whole = b"", data  # one frame alone: what a quiet line brings
            return 1
        at = frames = 0
        while len(data) - at >= self._header_bytes:
            size = self._size(data, at)
            if at + size > len(data):
                break
            alike = self._alike(data, at, size)
            at, frames = at + alike * size, frames + alike
        self._tail, self.whole = data[at:], data[:at] if at < len(data) else data
        return frames

    def _size(self, data: bytes, at: int) -> int:
        length = data[at + self._length.start : at + self._length.stop]
        return self._header_bytes + int.from_bytes(length, "little")

    def _alike(self, data: bytes, at: int, size: int) -> int:
        """Count the frames from an offset whose heads, lengths included, are the same."""
        count = (len(data) - at) // size
        if count < _MANY:
            return 1
        rows = np.frombuffer(data, np.uint8, count * size, at).reshape(count, size)
        heads = rows[:, : self._length.stop]
        other = np.flatnonzero((heads != heads[0]).any(axis=1))
        return int(other[0]) if len(other) else count


def v1_cutter() -> Cutter:
    """Make what cuts v1."""
    return Cutter(v1.HEADER_BYTES, slice(3, 5))


def v2_cutter() -> Cutter:
    """Make what cuts v2."""
    return Cutter(v2.HEADER_BYTES, slice(12, 16))


class _Ear(asyncio.Protocol):
    def __init__(self, take: Take, lost: asyncio.Future[None]) -> None:
        self._take = take
        self._lost = lost

    def data_received(self, data: bytes) -> None:
        self._take(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (the case is over)
        if not self._lost.done():
            self._lost.set_result(None)


async def hear(path: Path, take: Take, first: bytes = b"") -> None:
    """Connect to a Unix socket, say something first, and hear until the connection ends."""
    loop = asyncio.get_running_loop()
    lost = loop.create_future()
    transport, _ = await loop.create_unix_connection(lambda: _Ear(take, lost), str(path))
    if first:
        transport.write(first)
    try:
        await lost
    finally:
        transport.close()
