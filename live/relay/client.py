"""How the other processes reach the relay: publish without blocking, subscribe and heal.

Both connect for ever, with a short back-off. What was said while nobody listened is gone, as on any
wire; a publisher greets a new relay with its present state, a subscriber hears of each connection.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from domain.errors import RemoteWireError
from domain.home import DeskHome
from live.aio.backoff import Backoff
from live.protocol import v1, v2
from live.relay.sockets import DEFI, MARKET
from live.relay.subscription import Subscription
from live.relay.v2_client import hear

QUEUE_BYTES = 1024 * 1024
"""Of a publisher, while the relay is away: a second of the busiest book; then the oldest goes."""
_CHUNK_BYTES = 256 * 1024

F = TypeVar("F")


class FrameDecoder(Protocol[F]):
    """What both protocol versions' decoders can do."""

    @property
    def broken(self) -> RemoteWireError | None:
        """Why the stream cannot be followed any more."""
        ...

    def feed(self, data: bytes) -> list[F]:
        """Take bytes and give the frames that are whole now."""
        ...


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
        self._has_frames = asyncio.Event()
        self.dropped_frames = 0
        self.is_connected = False

    def send(self, *frames: bytes) -> None:
        """Queue whole frames; never blocks. Beyond the limit the oldest are dropped and counted."""
        for frame in frames:
            self._queue.append(frame)
            self._queued_bytes += len(frame)
        while self._queued_bytes > self._limit_bytes:
            self._queued_bytes -= len(self._queue.popleft())
            self.dropped_frames += 1
        self._has_frames.set()

    async def run(self) -> None:
        """Connect and send, for ever; run it as a task."""
        backoff = Backoff()
        while True:
            try:
                await self._serve_connection(backoff)
            except OSError:
                self.is_connected = False
            await asyncio.sleep(backoff.next_s())

    async def flush(self) -> None:
        """Wait until the queue has been handed to the kernel; for a clean stop."""
        while self._queue and self.is_connected:
            self._has_frames.set()
            await asyncio.sleep(0.001)

    async def _serve_connection(self, backoff: Backoff) -> None:
        reader, writer = await asyncio.open_unix_connection(self._socket)
        backoff.reset()
        hung_up = asyncio.ensure_future(reader.read(1))
        self.is_connected = True
        try:
            if self._greet is not None:
                writer.write(b"".join(self._greet()))
            while not hung_up.done():
                await self._send_queued(writer, hung_up)
        finally:
            self.is_connected = False
            hung_up.cancel()
            writer.close()

    async def _send_queued(
        self, writer: asyncio.StreamWriter, hung_up: asyncio.Future[bytes]
    ) -> None:
        has_frames = asyncio.ensure_future(self._has_frames.wait())
        await asyncio.wait({has_frames, hung_up}, return_when=asyncio.FIRST_COMPLETED)
        has_frames.cancel()
        self._has_frames.clear()
        if self._queue and not hung_up.done():
            writer.write(self._take())
            await writer.drain()

    def _take(self) -> bytes:
        joined = b"".join(self._queue)
        self._queue.clear()
        self._queued_bytes = 0
        return joined


async def subscribe(
    socket: Path, new_decoder: Callable[[], FrameDecoder[F]]
) -> AsyncIterator[list[F]]:
    """Hear a channel for ever, across restarts of the relay.

    Args:
        socket: Of the channel.
        new_decoder: Makes the decoder of one connection.

    Yields:
        An empty list at each (re)connection: what was known may be old, a replay follows. Then the
        frames of each read, never empty.
    """
    backoff = Backoff()
    while True:
        try:
            reader, writer = await asyncio.open_unix_connection(socket, limit=_CHUNK_BYTES)
        except OSError:
            await asyncio.sleep(backoff.next_s())
            continue
        backoff.reset()
        try:
            yield []
            async for frames in _frames(reader, new_decoder()):
                yield frames
        finally:
            writer.close()
        await asyncio.sleep(backoff.next_s())


async def _frames(reader: asyncio.StreamReader, decoder: FrameDecoder[F]) -> AsyncIterator[list[F]]:
    while True:
        try:
            data = await reader.read(_CHUNK_BYTES)
            frames = decoder.feed(data)
        except (OSError, RemoteWireError):
            return
        if frames:
            yield frames
        if not data or decoder.broken is not None:
            return


def market_frames(home: DeskHome) -> AsyncIterator[list[v1.Frame]]:
    """Hear the market channel of a desk; see :func:`subscribe`."""
    return subscribe(home.sockets / MARKET, v1.Decoder)


def defi_frames(home: DeskHome) -> AsyncIterator[list[v2.Frame]]:
    """Hear every channel of a desk but the market's; see :func:`live.relay.v2_client.hear`."""
    wanted = v2.Subscribe(1, channels=tuple(c for c in v2.CHANNELS if c != _V1_CHANNEL))
    return hear(home.sockets / DEFI, Subscription(wanted, name=f"pid {os.getpid()}"))


_V1_CHANNEL = "market"
