"""Stand-ins for the reader loops of deployed v1 clients, as they behave when something is wrong.

They read raw bytes with their own header check, not with our decoder, so that they cannot share its
mistakes.
"""

from __future__ import annotations

KNOWN_TYPES = frozenset(range(1, 11))
HEADER = 8


class Dead(Exception):
    """The process this stands for has exited."""


def header(data: bytes) -> tuple[bool, int]:
    """Check a header as deployed code does: magic, then type; gives validity and payload size."""
    is_valid = data[0] == 0xFE and data[1] in KNOWN_TYPES
    return is_valid, int.from_bytes(data[3:5], "little")


class DataWriter:
    """Reads a header, then its payload; any bad header ends the process."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self._buffer = b""

    def feed(self, data: bytes) -> None:
        """Take what a read returned."""
        self._buffer += data
        while len(self._buffer) >= HEADER:
            is_valid, size = header(self._buffer)
            if not is_valid:
                raise Dead
            if len(self._buffer) < HEADER + size:
                return
            self.frames.append(self._buffer[: HEADER + size])
            self._buffer = self._buffer[HEADER + size :]


class Bridge(DataWriter):
    """Like the data writer, but a bad header costs it its whole receive buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.discarded_bytes = 0

    def feed(self, data: bytes) -> None:
        """Take what a read returned."""
        try:
            super().feed(data)
        except Dead:
            self.discarded_bytes += len(self._buffer)
            self._buffer = b""
