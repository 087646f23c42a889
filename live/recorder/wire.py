"""Keeps both relay channels as segments: frames to the open file, closed files to the journal.

A full disk costs frames, which are counted, never the process: facts matter more than the wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from prometheus_client import Counter

from domain.clock import Clock
from domain.errors import StorageFailed
from domain.home import DeskHome
from journal.records import WireSegment
from live.recorder.segments import SegmentLog, describe, leftovers, seal_part, sealed_since

_KEPT = Counter("alphapulse_recorder_frames_total", "Raw frames kept.", ["channel"])
_LOST = Counter("alphapulse_recorder_lost_frames_total", "Raw frames not kept.", ["channel"])

KeepFact = Callable[[WireSegment], Awaitable[object]]
OnStorage = Callable[[StorageFailed | None], None]


class RawFrame(Protocol):
    """A frame of either version."""

    @property
    def raw(self) -> bytes:
        """Header and payload as received."""
        ...


class WireKeeper:
    """Keeps one channel.

    Args:
        channel: ``market`` or ``defi``.
        log: Its open file.
        clock: When frames were received.
        keep_fact: Makes a sealed segment's fact durable.
        on_storage: Told when the disk refuses, and when it works again.
    """

    def __init__(
        self,
        channel: str,
        log: SegmentLog,
        clock: Clock,
        keep_fact: KeepFact,
        on_storage: OnStorage,
    ) -> None:
        self._channel = channel
        self._log = log
        self._clock = clock
        self._keep_fact = keep_fact
        self._on_storage = on_storage
        self._sealing = asyncio.Lock()

    async def keep(self, batches: AsyncIterator[Sequence[RawFrame]]) -> None:
        """Write every frame of a subscription; ends only with it."""
        async for frames in batches:
            if frames:
                self._write([frame.raw for frame in frames])
            if self._log.is_due(self._clock.now_ns()):
                await self.seal()

    async def seal_if_due(self) -> None:
        """Close the open file when it is old enough; called now and then on a quiet channel."""
        if self._log.is_due(self._clock.now_ns()):
            await self.seal()

    async def seal(self) -> None:
        """Close the open file, if any, and journal it."""
        async with self._sealing:
            for part in self._log.detach():
                try:
                    await self._keep_fact(await asyncio.to_thread(self._log.seal, part))
                except StorageFailed as error:
                    self._on_storage(error)  # the file stays; the next start seals and journals it

    def _write(self, frames: list[bytes]) -> None:
        try:
            self._log.append(frames, self._clock.now_ns())
        except StorageFailed as error:
            _LOST.labels(self._channel).inc(len(frames))
            self._on_storage(error)
        else:
            _KEPT.labels(self._channel).inc(len(frames))
            self._on_storage(None)


def open_channel(
    home: DeskHome, channel: str, next_frame: int
) -> tuple[SegmentLog, list[WireSegment]]:
    """Open a channel's log where the last recorder left it.

    Args:
        home: The desk.
        channel: ``market`` or ``defi``.
        next_frame: One after the last frame the journal vouches for.

    Returns:
        The log, and the segments whose facts have yet to be journalled.

    Raises:
        StorageFailed: The disk is full or failing.
    """
    folder = home.wire / channel
    try:
        segments = [describe(path, home.root, channel) for path in sealed_since(folder, next_frame)]
        segments += [seal_part(part, home.root, channel) for part in _worth_keeping(folder)]
    except OSError as error:
        raise StorageFailed(
            f"the raw wire cannot be opened: {error.strerror}; make room or mend the folder",
            path=folder,
        ) from error
    last = max((segment.last_frame for segment in segments), default=next_frame - 1)
    return SegmentLog(home.root, folder, channel, last + 1), segments


def _worth_keeping(folder: Path) -> list[Path]:
    parts = leftovers(folder)
    for part in parts:
        if part.stat().st_size <= _EMPTY_BYTES:
            part.unlink()
    return [part for part in parts if part.exists()]


_EMPTY_BYTES = 8
"""A file with its magic and no frame."""
