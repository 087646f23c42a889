"""What we use of nats-py, and nothing more: its own signatures are not typed to the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, cast

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import api

Heard = Callable[[Msg], Awaitable[None]]


class Streams(Protocol):
    """JetStream's management; every call raises `nats.errors.Error` when the server says no."""

    async def add_stream(self, config: api.StreamConfig) -> api.StreamInfo:
        """Make a stream."""
        ...

    async def stream_info(self, name: str) -> api.StreamInfo:
        """Tell of a stream."""
        ...

    async def consumer_info(self, stream: str, consumer: str) -> api.ConsumerInfo:
        """Tell of a consumer."""
        ...

    async def delete_consumer(self, stream: str, consumer: str) -> bool:
        """Forget a consumer."""
        ...

    async def add_consumer(self, stream: str, config: api.ConsumerConfig) -> api.ConsumerInfo:
        """Make a consumer."""
        ...


class Wire(Protocol):
    """A connection."""

    max_payload: int

    async def connect(self, servers: str, **options: object) -> None:
        """Open it; raises `nats.errors.Error` or `OSError` when it cannot be."""
        ...

    def jetstream(self) -> Streams:
        """Give the management of streams."""
        ...

    def new_inbox(self) -> str:
        """Give a subject nobody else listens to."""
        ...

    async def publish(
        self, subject: str, payload: bytes, *, reply: str, headers: Mapping[str, str]
    ) -> None:
        """Send a message; waits only while the connection's own buffer is full."""
        ...

    async def subscribe(
        self, subject: str, *, cb: Heard, pending_msgs_limit: int, pending_bytes_limit: int
    ) -> object:
        """Listen to a subject."""
        ...

    async def close(self) -> None:
        """Close it; closing twice is closing once."""
        ...


def new_wire() -> Wire:
    """Make a connection that is not open yet."""
    return cast("Wire", Client())
