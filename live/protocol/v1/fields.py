"""The field kinds v1 payloads are made of, as mirrored ``push`` / ``pull`` pairs.

Everything is little-endian. A push refuses what does not fit (the first encoders wrapped silently);
a pull of fewer bytes than declared is the peer's fault and says what was needed and what was there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from domain.errors import LocalWireError, RemoteWireError


class Reader:
    """Walks through a payload; surplus bytes at its end stay unread, as v1 readers leave them."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._at = 0

    def pull_bytes(self, size: int) -> bytes:
        """Take the next bytes.

        Raises:
            RemoteWireError: The payload ends before.
        """
        end = self._at + size
        self.need(size)
        taken = self._payload[self._at : end]
        self._at = end
        return taken

    def need(self, size: int) -> None:
        """Hold that so many more bytes are there, before anything is built from a declared count.

        Raises:
            RemoteWireError: They are not.
        """
        if self._at + size > len(self._payload):
            raise RemoteWireError(
                "this payload is shorter than it says",
                need=self._at + size,
                got=len(self._payload),
            )

    def pull_rest(self) -> bytes:
        """Take everything that is left."""
        return self.pull_bytes(len(self._payload) - self._at)

    def pull_uint(self, size: int) -> int:
        """Take an unsigned integer of so many bytes."""
        return int.from_bytes(self.pull_bytes(size), "little")

    def pull_int(self, size: int) -> int:
        """Take a two's complement integer of so many bytes."""
        return int.from_bytes(self.pull_bytes(size), "little", signed=True)

    def pull_u64s(self, count: int) -> tuple[int, ...]:
        """Take unsigned 64-bit integers one after the other."""
        return struct.unpack(f"<{count}Q", self.pull_bytes(8 * count))

    def pull_text(self) -> str:
        """Take a u16 byte count and UTF-8; bad bytes become U+FFFD, as v1 readers do."""
        return self.pull_bytes(self.pull_uint(2)).decode(errors="replace")


def push_uint(value: int, size: int) -> bytes:
    """Write an unsigned integer.

    Raises:
        LocalWireError: It is negative or does not fit.
    """
    return _push(value, size, is_signed=False)


def push_int(value: int, size: int) -> bytes:
    """Write a two's complement integer.

    Raises:
        LocalWireError: It does not fit.
    """
    return _push(value, size, is_signed=True)


def _push(value: int, size: int, *, is_signed: bool) -> bytes:
    try:
        return value.to_bytes(size, "little", signed=is_signed)
    except (OverflowError, AttributeError) as error:
        raise LocalWireError(
            "this number does not fit its field", value=value, bits=size * 8
        ) from error


def push_text(text: str) -> bytes:
    """Write a u16 byte count and UTF-8.

    Raises:
        LocalWireError: It is longer than the count can say.
    """
    encoded = _encoded(text)
    return push_uint(len(encoded), 2) + encoded


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except (UnicodeEncodeError, AttributeError) as error:
        raise LocalWireError("this field is text that UTF-8 can write", got=text) from error


def push_padded(text: str, size: int) -> bytes:
    """Write a text into a fixed field, cut at its size and padded with zeros, as v1 defines."""
    return _encoded(text)[:size].ljust(size, b"\0")


def pull_padded(field: bytes) -> str:
    """Read a text out of a fixed field."""
    return field.rstrip(b"\0").decode(errors="replace")


def push_u64s(values: Iterable[int]) -> bytes:
    """Write unsigned 64-bit integers one after the other.

    Raises:
        LocalWireError: One does not fit.
    """
    given = tuple(values)
    try:
        return struct.pack(f"<{len(given)}Q", *given)
    except struct.error as error:
        raise LocalWireError("a number does not fit 64 bits", values=given[:8]) from error
