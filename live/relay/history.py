"""The last frames of each channel, so that a reader who comes back closes its gap.

Pure, and bounded by frames and by bytes. The relay numbers the frames of each channel from 1 for as
long as it lives; a reader says up to which number it has read. It gets all behind it or is told
that it cannot, never a part.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from live.relay.chunks import Run, frames_of
from live.relay.parcels import Parcel


class History:
    """The last parcels of one channel; their positions follow each other without a hole."""

    def __init__(self, most_frames: int, most_bytes: int) -> None:
        self._most_frames = most_frames
        self._most_bytes = most_bytes
        self._kept: deque[Parcel] = deque()
        self._bytes = 0

    def keep(self, parcel: Parcel) -> None:
        """Remember one more; the oldest go when there are too many."""
        self._kept.append(parcel)
        self._bytes += len(parcel.raw)
        while len(self._kept) > self._most_frames or self._bytes > self._most_bytes:
            self._bytes -= len(self._kept.popleft().raw)

    def after(self, position: int, newest: int) -> Sequence[Parcel] | None:
        """Give all frames behind a position, or None when some of them are gone.

        Args:
            position: The last one the reader has.
            newest: The last one there was.
        """
        missing = newest - position
        if missing < 0 or missing > len(self._kept):
            return None
        return list(islice(self._kept, len(self._kept) - missing, None))

    def oldest(self, newest: int) -> int:
        """Give the position behind which everything is still here."""
        return newest - len(self._kept)


class Numbered(NamedTuple):
    """One v1 frame with its position, its ingest and its number among all channels' frames."""

    raw: bytes
    position: int
    origin: str
    order: int


class RunHistory:
    """The same for the market channel, in the runs that its frames arrived in."""

    def __init__(self, most_frames: int, most_bytes: int) -> None:
        self._most_frames = most_frames
        self._most_bytes = most_bytes
        self._kept: deque[tuple[Run, int]] = deque()
        self._frames = self._bytes = 0

    def keep(self, run: Run, order: int = 0) -> None:
        """Remember one more run; the oldest go when there are too many frames or bytes."""
        self._kept.append((run, order))
        self._frames += run.frames
        self._bytes += len(run.raw)
        while self._frames > self._most_frames or self._bytes > self._most_bytes:
            gone, _ = self._kept.popleft()
            self._frames -= gone.frames
            self._bytes -= len(gone.raw)

    def after(self, position: int, newest: int) -> Sequence[Numbered] | None:
        """Give all frames behind a position, or None when some of them are gone."""
        missing = newest - position
        if missing < 0 or missing > self._frames:
            return None
        first = newest - self._frames + 1
        found = (
            (raw, run.origin, order) for run, order in self._kept for raw in frames_of(run.raw)
        )
        numbered = (
            Numbered(raw, first + n, origin, order) for n, (raw, origin, order) in enumerate(found)
        )
        return list(islice(numbered, self._frames - missing, None))

    def oldest(self, newest: int) -> int:
        """Give the position behind which everything is still here."""
        return newest - self._frames
