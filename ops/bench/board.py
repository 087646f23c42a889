"""A page of counters that the processes of one case share, so that measuring costs them nothing.

The bench reads everybody's counters from outside, and the sender never runs further ahead of the
slowest reader than its window: then nothing is lost, and a rate is a rate of delivery.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from operator import sub
from pathlib import Path

_STOP, _RECORDING, _SENT, _READERS_AT = 0, 1, 2, 4
_SLOT = struct.Struct("<Q")


class Board:
    """Unsigned 64-bit counters in a mapped file; each has one writer.

    Args:
        path: Of the file; it must hold the slots of all readers.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), 0)
        self._slots = memoryview(self._page).cast("Q")
        self._before = self.received()

    @classmethod
    def create(cls, path: Path, readers: int) -> Board:
        """Make the file with every counter at 0 and open it."""
        path.write_bytes(bytes(_SLOT.size * (_READERS_AT + readers)))
        return cls(path)

    @property
    def is_stopped(self) -> bool:
        """Whether the case is over."""
        return bool(self._slots[_STOP])

    def stop(self) -> None:
        """Say that the case is over."""
        self._slots[_STOP] = 1

    @property
    def is_recording(self) -> bool:
        """Whether readers keep latencies: not while everything warms up."""
        return bool(self._slots[_RECORDING])

    def record(self) -> None:
        """Let readers keep latencies from now on."""
        self._slots[_RECORDING] = 1

    @property
    def sent(self) -> int:
        """How many frames the sender has handed over."""
        return self._slots[_SENT]

    @sent.setter
    def sent(self, frames: int) -> None:
        self._slots[_SENT] = frames

    def count(self, reader: int, frames: int) -> None:
        """Add to what a reader has received."""
        self._slots[_READERS_AT + reader] += frames

    def received(self) -> list[int]:
        """Give what each reader has received."""
        return self._slots[_READERS_AT:].tolist()

    def begin(self) -> None:
        """Count from here: what readers have received so far was only to hear that they are there.

        The sender's own; others read the file's counters, which go on.
        """
        self._before = self.received()

    def slowest(self) -> int:
        """Give what the slowest reader has received since the beginning."""
        return min(map(sub, self.received(), self._before))

    def keep(self, first: int, latencies: Mapping[int, int]) -> None:
        """Leave what the readers of a process have measured, beside the page."""
        self._path.with_name(f"{self._path.name}-{first}.json").write_text(json.dumps(latencies))

    def kept(self) -> list[dict[str, int]]:
        """Give what every process has left: microseconds, as text, to how many frames."""
        files = self._path.parent.glob(f"{self._path.name}-*.json")
        return [json.loads(file.read_text()) for file in files]

    def close(self) -> None:
        """Unmap the file."""
        self._slots.release()
        self._page.close()
