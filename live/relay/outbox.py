"""What waits for one slow v1 reader: whole frames, bounded, the oldest dropped first.

Pure: the fan-out asks what to write and says when the reader can take more. Nothing is said of what
was dropped, because v1 has no word for it that deployed readers know; it is counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from live.relay.chunks import Run, without_oldest


class Outbox:
    """Frames one reader has not taken yet.

    Args:
        limit_bytes: The most that may wait.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._runs: deque[Run] = deque()
        self.waiting_bytes = 0
        self.waiting_frames = 0

    def put(self, runs: Iterable[Run]) -> int:
        """Let frames wait; drops the oldest whole ones when they are too many.

        Returns:
            How many frames were dropped.
        """
        for run in runs:
            self._runs.append(run)
            self.waiting_bytes += len(run.raw)
            self.waiting_frames += run.frames
        dropped = 0
        while self.waiting_bytes > self._limit_bytes:
            dropped += self._shorten()
        return dropped

    def take(self) -> tuple[bytes, int]:
        """Give everything that waits as one write, and how many frames it is."""
        taken = b"".join([run.raw for run in self._runs]), self.waiting_frames
        self._runs.clear()
        self.waiting_bytes = self.waiting_frames = 0
        return taken

    def _shorten(self) -> int:
        oldest = self._runs.popleft()
        kept = without_oldest(oldest, self.waiting_bytes - self._limit_bytes)
        if kept.frames:
            self._runs.appendleft(kept)
        self.waiting_bytes -= len(oldest.raw) - len(kept.raw)
        self.waiting_frames -= oldest.frames - kept.frames
        return oldest.frames - kept.frames
