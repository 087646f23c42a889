"""Stand-ins for the reader loops of deployed v1 clients, as they behave when something is wrong.

They read raw bytes with their own header check, not with our decoder, so that they cannot share its
mistakes. Each names its buffer and its habits as the deployed one has them.
"""

from __future__ import annotations

KNOWN_TYPES = frozenset(range(1, 11))
HEADER = 8
SHORTEST = {1: 64, 2: 20, 3: 16, 5: 28, 6: 26, 7: 10, 8: 10, 9: 68}
"""Payload bytes below which a decoder of that type reports an error."""


class Dead(Exception):
    """The process this stands for has exited."""


def header(data: bytes, at: int = 0) -> tuple[bool, int]:
    """Check a header as deployed code does: magic, then type; gives validity and payload size."""
    is_valid = data[at] == 0xFE and data[at + 1] in KNOWN_TYPES
    return is_valid, int.from_bytes(data[at + 3 : at + 5], "little")


class DataWriter:
    """Reads a header, then its payload; any bad header ends the process.

    A payload too short for its type is logged and passed over.
    """

    READ_BYTES = 65_536

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.skipped = 0
        self._buffer = b""

    def feed(self, data: bytes) -> None:
        """Take what a read returned."""
        self._buffer += data
        at = 0
        try:
            while len(self._buffer) - at >= HEADER:
                is_valid, size = header(self._buffer, at)
                if not is_valid:
                    raise Dead
                end = at + HEADER + size
                if len(self._buffer) < end:
                    return
                self._keep(self._buffer[at:end])
                at = end
        finally:
            self._buffer = self._buffer[at:]

    def _keep(self, frame: bytes) -> None:
        if len(frame) - HEADER < SHORTEST.get(frame[1], 0):
            self.skipped += 1
        else:
            self.frames.append(frame)


class Bridge(DataWriter):
    """Like the data writer, but a bad header costs it its whole receive buffer, and it goes on."""

    READ_BYTES = 4_096

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


class ArbitrageBot(DataWriter):
    """An unknown type ends it, and it never reconnects; a wrong magic costs it its buffer."""

    READ_BYTES = 16_384

    def feed(self, data: bytes) -> None:
        """Take what a read returned."""
        try:
            super().feed(data)
        except Dead:
            if self._buffer[0] == 0xFE:
                raise
            self._buffer = b""


class OldRelay(DataWriter):
    """The first relay's ingest, fed by another relay: on a bad header it skips to the next 0xFE."""

    def feed(self, data: bytes) -> None:
        """Take what a read returned."""
        while True:
            try:
                super().feed(data)
            except Dead:
                following = self._buffer.find(0xFE, 1)
                self._buffer = self._buffer[following:] if following > 0 else b""
                data = b""
            else:
                return


class Validator(DataWriter):
    """The Python validator: tolerates and counts unknown types, and is stuck by a wrong magic."""

    READ_BYTES = 8_192

    def __init__(self) -> None:
        super().__init__()
        self.unknown = 0
        self.is_stuck = False

    def feed(self, data: bytes) -> None:
        """Take what a read returned."""
        self._buffer += data
        while not self.is_stuck and len(self._buffer) >= HEADER:
            is_valid, size = header(self._buffer)
            self.is_stuck = self._buffer[0] != 0xFE
            if self.is_stuck or len(self._buffer) < HEADER + size:
                return
            frame, self._buffer = self._buffer[: HEADER + size], self._buffer[HEADER + size :]
            if is_valid:
                self.frames.append(frame)
            else:
                self.unknown += 1


class Scanner:
    """The second generation's DeFi scanner: no buffer across reads, so a cut frame is lost.

    It looks for its own magic first, and for the next 0xFE when a header is bad.
    """

    READ_BYTES = 8_192

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.misread = 0

    def feed(self, data: bytes) -> None:
        """Take what a read returned, and forget what of it is no whole frame."""
        at = 0
        while len(data) - at >= HEADER:
            is_own = data[at : at + 4] == b"\xef\xbe\xad\xde"
            is_valid, size = header(data, at)
            if is_own or not is_valid:
                self.misread += 1
                following = data.find(0xFE, at + 1)
                at = following if following > 0 else len(data)
                continue
            if at + HEADER + size > len(data):
                return
            self.frames.append(data[at : at + HEADER + size])
            at += HEADER + size


READERS = (DataWriter, Bridge, ArbitrageBot, OldRelay, Validator)
"""Those that lose nothing by themselves."""
