"""One channel to its subscribers: what arrived in a wake-up is joined and written once to each.

Subscribers are never trusted and never waited for. What they send is read into nothing, and after a
while not read at all. One that does not take its frames fills its own bounded outbox; when that is
full, its oldest whole frames go, counted, and nobody else notices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import cast

from prometheus_client import Counter, Gauge

from live.aio.sockets import claim
from live.relay.memory import Memory
from live.relay.outbox import Gap, Outbox

OUTBOX_BYTES = 4 * 1024 * 1024
"""Some 50 000 trades; the first relay kept 100 000 messages for all readers together."""
WRITE_BUFFER_BYTES = 256 * 1024
"""In the transport, before frames wait in the outbox: enough for one wake-up's burst."""
TOLERATED_INPUT_BYTES = 64 * 1024
"""What a subscriber may send before it is not read any more; the first relay read nothing."""

_FRAMES = Counter("alphapulse_relay_frames_total", "Frames fanned out.", ["channel"])
_DROPPED = Counter(
    "alphapulse_relay_dropped_frames_total", "Frames a slow subscriber missed.", ["channel"]
)
_SUBSCRIBERS = Gauge("alphapulse_relay_subscribers", "Connected subscribers.", ["channel"])


class Fanout:
    """One outgoing channel.

    Args:
        channel: Its name, for metrics.
        memory: What late joiners are told first.
        gap: What a subscriber is told of frames it missed.
        outbox_bytes: Bound of what waits for one subscriber.
    """

    def __init__(
        self, channel: str, memory: Memory, gap: Gap, *, outbox_bytes: int = OUTBOX_BYTES
    ) -> None:
        self.channel = channel
        self._memory = memory
        self._gap = gap
        self._outbox_bytes = outbox_bytes
        self._pending: list[bytes] = []
        self._subscribers: set[Subscriber] = set()
        self._server: asyncio.AbstractServer | None = None
        self._frames = _FRAMES.labels(channel)
        self._dropped = _DROPPED.labels(channel)

    async def listen(self, path: Path) -> None:
        """Open the channel's socket.

        Raises:
            ConfigRefused: A living relay already serves this path.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(self._welcome, claim(path), backlog=512)

    async def close(self) -> None:
        """Write what is pending, let nobody in any more and hang up."""
        self.flush()
        if self._server is not None:
            self._server.close()
        for subscriber in list(self._subscribers):
            subscriber.hang_up()

    @property
    def subscribers(self) -> int:
        """How many listen now."""
        return len(self._subscribers)

    def publish(self, raw: bytes) -> None:
        """Hand on one whole frame; it is written at the end of this wake-up."""
        if not self._pending:
            asyncio.get_running_loop().call_soon(self.flush)
        self._pending.append(raw)

    def flush(self) -> None:
        """Write what is pending: joined once, one write a subscriber."""
        frames, self._pending = self._pending, []
        if not frames:
            return
        joined = b"".join(frames)
        self._frames.inc(len(frames))
        for subscriber in list(self._subscribers):
            dropped = subscriber.give(frames, joined)
            if dropped:
                self._dropped.inc(dropped)

    def joined(self, subscriber: Subscriber) -> None:
        """Welcome a subscriber: what is known first, then whatever comes."""
        self.flush()  # so that nothing is both in the replay and behind it
        replay = self._memory.replay()
        subscriber.give(replay, b"".join(replay))
        self._subscribers.add(subscriber)
        _SUBSCRIBERS.labels(self.channel).set(len(self._subscribers))

    def left(self, subscriber: Subscriber) -> None:
        """Forget a subscriber."""
        self._subscribers.discard(subscriber)
        _SUBSCRIBERS.labels(self.channel).set(len(self._subscribers))

    def _welcome(self) -> Subscriber:
        return Subscriber(Outbox(self._outbox_bytes, self._gap), self.joined, self.left)


class Subscriber(asyncio.Protocol):
    """One reader of a channel.

    Args:
        outbox: What waits while it does not take more.
        on_join, on_leave: Tell the channel.
    """

    def __init__(
        self,
        outbox: Outbox,
        on_join: Callable[[Subscriber], None],
        on_leave: Callable[[Subscriber], None],
    ) -> None:
        self._outbox = outbox
        self._on_join = on_join
        self._on_leave = on_leave
        self._transport: asyncio.Transport | None = None
        self._is_full = False
        self._heard_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join the channel."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        self._on_join(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (how it left is its own affair)
        """Leave the channel."""
        self._transport = None
        self._on_leave(self)

    def data_received(self, data: bytes) -> None:
        """Ignore what a subscriber says; stop reading one that does not stop talking."""
        self._heard_bytes += len(data)
        if self._heard_bytes > TOLERATED_INPUT_BYTES and self._transport is not None:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """Let frames wait: the reader is behind."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Write all that waited, in one go."""
        self._is_full = False
        if self._outbox.waiting_bytes and self._transport is not None:
            self._transport.write(self._outbox.take())

    def give(self, frames: list[bytes], joined: bytes) -> int:
        """Write frames, or let them wait.

        Returns:
            How many older frames were dropped for them.
        """
        if self._transport is None or not joined:
            return 0
        if self._is_full:
            return self._outbox.put(frames)
        self._transport.write(joined)
        return 0

    def hang_up(self) -> None:
        """Close once what was written has left; drop a reader that is stuck."""
        if self._transport is not None:
            if self._is_full:
                self._transport.abort()
            else:
                self._transport.close()
