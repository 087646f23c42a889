"""How the other processes bring frames to the relay: without blocking, and for ever.

What was sent while nobody listened waits, bounded, the oldest giving way; a publisher greets a new
relay with its present state.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from live.aio.backoff import Backoff

QUEUE_BYTES = 1024 * 1024
"""While the relay is away: a second of the busiest book; then the oldest goes."""
_LOOK_S = 0.001


class Publisher:
    """Sends frames to one ingest socket of the relay.

    Args:
        socket: Its path.
        greet: Gives the frames that are sent first on each connection: the present state.
        queue_bytes: The most that waits while the relay is away or slow.
    """

    def __init__(
        self,
        socket: Path,
        greet: Callable[[], Sequence[bytes]] | None = None,
        *,
        queue_bytes: int = QUEUE_BYTES,
    ) -> None:
        self._socket = socket
        self._greet = greet
        self._limit_bytes = queue_bytes
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._line: _Line | None = None
        self._is_woken = False
        self.dropped_frames = 0

    @property
    def is_connected(self) -> bool:
        """Whether a relay is there."""
        return self._line is not None

    def send(self, *frames: bytes) -> None:
        """Queue whole frames; never blocks. Beyond the limit the oldest are dropped and counted.

        What is sent first in a turn of the event loop leaves at once; what follows in the same turn
        leaves as one write at its end.
        """
        line = self._line
        if line is not None and not (self._is_woken or self._queue or line.is_full):
            self._write_at_end_of_turn()
            line.write(b"".join(frames))
            return
        self._queue += frames
        for frame in frames:
            self._queued_bytes += len(frame)
        while self._queued_bytes > self._limit_bytes:
            self._queued_bytes -= len(self._queue.popleft())
            self.dropped_frames += 1
        self._wake()

    async def run(self) -> None:
        """Connect and send, for ever; run it as a task."""
        backoff = Backoff()
        while True:
            with suppress(OSError):  # it is away: ask again
                await self._serve_connection(backoff)
            await asyncio.sleep(backoff.next_s())

    async def flush(self) -> None:
        """Wait until the queue has been handed to the kernel; for a clean stop."""
        while self._line is not None and (self._queue or self._line.unwritten_bytes):
            self._wake()
            await asyncio.sleep(_LOOK_S)

    async def _serve_connection(self, backoff: Backoff) -> None:
        loop = asyncio.get_running_loop()
        line = _Line(self._write_queued, loop.create_future())
        transport, _ = await loop.create_unix_connection(lambda: line, str(self._socket))
        backoff.reset()
        try:
            if self._greet is not None:
                transport.write(b"".join(self._greet()))
            self._line = line
            self._wake()
            await line.lost
        finally:
            self._line = None
            transport.close()

    def _wake(self) -> None:
        if self._queue and self._line is not None and not self._is_woken:
            self._write_at_end_of_turn()

    def _write_at_end_of_turn(self) -> None:
        self._is_woken = True
        asyncio.get_running_loop().call_soon(self._write_queued)

    def _write_queued(self) -> None:
        self._is_woken = False
        if self._queue and self._line is not None and not self._line.is_full:
            self._line.write(self._take())

    def _take(self) -> bytes:
        joined = b"".join(self._queue)
        self._queue.clear()
        self._queued_bytes = 0
        return joined


class _Line(asyncio.Protocol):
    """One connection to the relay, which never says a word back."""

    def __init__(self, on_room: Callable[[], None], lost: asyncio.Future[None]) -> None:
        self._on_room = on_room
        self._transport: asyncio.Transport | None = None
        self.lost = lost
        self.is_full = False

    @property
    def unwritten_bytes(self) -> int:
        """What the kernel has not taken yet."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def pause_writing(self) -> None:
        self.is_full = True

    def resume_writing(self) -> None:
        self.is_full = False
        self._on_room()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (it is gone, whatever the cause)
        self._transport = None
        if not self.lost.done():
            self.lost.set_result(None)
