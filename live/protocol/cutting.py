"""A stream cut into frames, whatever pieces it arrives in: how pieces wait until a frame is whole.

What a header must be and how long its frame is, each version says for itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from domain.errors import RemoteWireError

Frame = TypeVar("Frame")


class Cutter(ABC, Generic[Frame]):
    """Gives frames as they become whole.

    A bad frame breaks the stream for good: what follows cannot be told from payload. Frames before
    it are still given. Pieces of a frame are kept as they came until the frame is whole, so a large
    one costs one join.

    Args:
        header_bytes: Without so many nothing is known of a frame.
    """

    def __init__(self, header_bytes: int) -> None:
        self._wanted_bytes = self._header_bytes = header_bytes
        self._pieces: list[bytes] = []
        self._held_bytes = 0
        self.broken: RemoteWireError | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes and give the frames that are whole now; none is an ordinary answer.

        Raises:
            RemoteWireError: The stream is broken and no whole frame stands before the break.
        """
        if self.broken is not None:
            raise self.broken
        if self._held_bytes:
            self._pieces.append(data)
            self._held_bytes += len(data)
            if self._held_bytes < self._wanted_bytes:
                return []
            data = b"".join(self._pieces)
        self._wanted_bytes = self._header_bytes
        frames: list[Frame] = []
        self._keep(data, self._cut(data, frames))
        if self.broken is not None and not frames:
            raise self.broken
        return frames

    @abstractmethod
    def _cut(self, data: bytes, frames: list[Frame]) -> int:
        """Add every whole frame; gives where the first that is not whole begins.

        Sets `_wanted_bytes` where that one's length is known, and `broken` where there is no frame.
        """

    def _keep(self, data: bytes, at: int) -> None:
        rest = data[at:] if self.broken is None else b""
        self._pieces = [rest] if rest else []
        self._held_bytes = len(rest)
