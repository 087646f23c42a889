"""What waits for one slow reader: whole frames, bounded, the oldest dropped first.

Pure: the fan-out asks what to write and says when the reader can take more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

Gap = Callable[[int], bytes]
"""Given how many frames are missing, the frame to put in their place; empty for none."""


class Outbox:
    """Frames one reader has not taken yet.

    Args:
        limit_bytes: The most that may wait.
        gap: What stands in place of what was dropped.
    """

    def __init__(self, limit_bytes: int, gap: Gap) -> None:
        self._limit_bytes = limit_bytes
        self._gap = gap
        self._frames: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._missing_frames = 0
        self.dropped_frames = 0

    @property
    def waiting_bytes(self) -> int:
        """How much waits now."""
        return self._waiting_bytes

    def put(self, frames: Iterable[bytes]) -> int:
        """Let frames wait; drops the oldest whole ones when they are too many.

        Returns:
            How many frames were dropped.
        """
        for frame in frames:
            self._frames.append(frame)
            self._waiting_bytes += len(frame)
        dropped = 0
        while self._waiting_bytes > self._limit_bytes:
            self._waiting_bytes -= len(self._frames.popleft())
            dropped += 1
        self._missing_frames += dropped
        self.dropped_frames += dropped
        return dropped

    def take(self) -> bytes:
        """Give everything that waits as one write, led by the notice of what is missing."""
        notice = self._gap(self._missing_frames) if self._missing_frames else b""
        joined = notice + b"".join(self._frames)
        self._frames.clear()
        self._waiting_bytes = 0
        self._missing_frames = 0
        return joined


def no_notice(_missing_frames: int) -> bytes:
    """Say nothing of dropped frames: v1 has no word for it that deployed readers know."""
    return b""
