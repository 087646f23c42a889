"""Which sequences of which sources were seen, so that a hole is noticed by whoever listens."""

from __future__ import annotations

from live.protocol.v2.control import GapNotice
from live.protocol.v2.frames import Frame


class SequenceTracker:
    """Follows each source; the first sequence seen, and 0 (a restart), are always accepted."""

    def __init__(self) -> None:
        self._expected: dict[int, int] = {}

    def observe(self, frame: Frame) -> GapNotice | None:
        """Take the next frame; give a notice when it is not the one that was expected."""
        expected = self._expected.get(frame.source, frame.sequence)
        self._expected[frame.source] = frame.sequence + 1
        if frame.sequence in {expected, 0}:
            return None
        return GapNotice(str(frame.source), expected, frame.sequence)
