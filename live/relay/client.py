"""How the other processes hear the relay, across restarts of either.

What was said while nobody listened is gone, as on any wire; a subscriber hears of each connection.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Protocol, TypeVar

from domain.errors import RemoteWireError
from domain.home import DeskHome
from live.aio.backoff import Backoff
from live.aio.incoming import Incoming
from live.protocol import v1, v2
from live.relay.publisher import QUEUE_BYTES, Publisher
from live.relay.sockets import DEFI, MARKET
from live.relay.subscription import Subscription
from live.relay.v2_client import hear

RECENT_TRADES = 1_024
"""Remembered across a restart of the relay: more than one that reads from others hands on again."""
_TRADE = 1

__all__ = [
    "QUEUE_BYTES",
    "Publisher",
    "defi_frames",
    "market_frames",
    "market_frames_of",
    "subscribe",
]

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


async def subscribe(
    socket: Path, new_decoder: Callable[[], FrameDecoder[F]]
) -> AsyncGenerator[list[F]]:
    """Hear a channel for ever, across restarts of the relay.

    Args:
        socket: Of the channel.
        new_decoder: Makes the decoder of one connection.

    Yields:
        An empty list at each (re)connection: what was known may be old, a replay follows. Then the
        frames of each read, never empty.
    """
    backoff = Backoff()
    loop = asyncio.get_running_loop()
    while True:
        try:
            transport, incoming = await loop.create_unix_connection(Incoming, str(socket))
        except OSError:
            await asyncio.sleep(backoff.next_s())
            continue
        backoff.reset()
        try:
            yield []
            async for frames in _frames(incoming, new_decoder()):
                yield frames
        finally:
            transport.close()
        await asyncio.sleep(backoff.next_s())


async def _frames(incoming: Incoming, decoder: FrameDecoder[F]) -> AsyncIterator[list[F]]:
    while data := await incoming.read():
        try:
            frames = decoder.feed(data)
        except RemoteWireError:
            return
        if frames:
            yield frames
        if decoder.broken is not None:
            return


def market_frames(home: DeskHome) -> AsyncIterator[list[v1.Frame]]:
    """Hear the market channel of a desk; see :func:`market_frames_of`."""
    return market_frames_of(home.sockets / MARKET)


async def market_frames_of(socket: Path) -> AsyncGenerator[list[v1.Frame]]:
    """Hear a market channel for ever; see :func:`subscribe`. A trade is given once.

    A relay that was killed may hand its last few frames on again when it is back. A trade says by
    its stamps which one it is; what rebuilds a book is given as often as it is said.
    """
    recent: deque[bytes] = deque(maxlen=RECENT_TRADES)
    before: frozenset[bytes] = frozenset()
    async with aclosing(subscribe(socket, v1.Decoder)) as batches:
        async for frames in batches:
            if not frames:
                before = frozenset(recent)
            fresh = [frame for frame in frames if frame.raw not in before] if before else frames
            recent.extend([frame.raw for frame in fresh[-RECENT_TRADES:] if frame.type == _TRADE])
            if fresh or not frames:
                yield fresh


def defi_frames(home: DeskHome, *, is_counting: bool = False) -> AsyncIterator[list[v2.Frame]]:
    """Hear every channel of a desk but the market's; see :func:`live.relay.v2_client.hear`.

    Args:
        home: The desk.
        is_counting: Whether the relay's counts of what was meant for us come among the frames.
    """
    wanted = v2.Subscribe(1, channels=tuple(c for c in v2.CHANNELS if c != _V1_CHANNEL))
    name = f"pid {os.getpid()}"
    return hear(home.sockets / DEFI, Subscription(wanted, name=name, is_counting=is_counting))


_V1_CHANNEL = "market"
