"""One ingest socket: producers connect and their bytes are handed to a session each.

A producer whose bytes are no frames loses its session, and only its own. Several producers may
share a socket. Nothing is ever written to a producer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from prometheus_client import Counter, Gauge

from domain.errors import RemoteWireError
from live.aio.sockets import claim

_PRODUCERS = Gauge("alphapulse_relay_producers", "Connected producers.", ["socket"])
_BROKEN = Counter(
    "alphapulse_relay_broken_sessions_total", "Producers cut off for bad bytes.", ["socket"]
)


class Session(Protocol):
    """What one connection's bytes mean; no sockets inside."""

    def take(self, data: bytes) -> None:
        """Take what arrived.

        Raises:
            RemoteWireError: It is no stream of this channel; close the connection.
        """
        ...


class Ingest:
    """One listening ingest socket.

    Args:
        name: Of the socket, for metrics and logs.
        new_session: Makes what reads one connection.
        on_broken: Told why a producer was cut off.
    """

    def __init__(
        self,
        name: str,
        new_session: Callable[[], Session],
        on_broken: Callable[[str, RemoteWireError], None],
    ) -> None:
        self.name = name
        self._new_session = new_session
        self._on_broken = on_broken
        self._producers: set[_Producer] = set()
        self._server: asyncio.AbstractServer | None = None

    async def listen(self, path: Path) -> None:
        """Open the socket.

        Raises:
            ConfigRefused: A living relay already serves this path.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(self._welcome, claim(path))

    async def close(self) -> None:
        """Let nobody in any more and hang up."""
        if self._server is not None:
            self._server.close()
        for producer in list(self._producers):
            producer.hang_up()

    def cut_off(self, error: RemoteWireError) -> None:
        """Count a producer that talks nonsense."""
        _BROKEN.labels(self.name).inc()
        self._on_broken(self.name, error)

    def joined(self, producer: _Producer) -> None:
        """Count a producer in."""
        self._producers.add(producer)
        _PRODUCERS.labels(self.name).set(len(self._producers))

    def left(self, producer: _Producer) -> None:
        """Count a producer out."""
        self._producers.discard(producer)
        _PRODUCERS.labels(self.name).set(len(self._producers))

    def _welcome(self) -> _Producer:
        return _Producer(self, self._new_session())


class _Producer(asyncio.Protocol):
    """One connection of a producer."""

    def __init__(self, ingest: Ingest, session: Session) -> None:
        self._ingest = ingest
        self._session = session
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ingest.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (how it left is its own affair)
        self._transport = None
        self._ingest.left(self)

    def data_received(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        try:
            self._session.take(data)
        except RemoteWireError as error:
            self._ingest.cut_off(error)
            self._transport.abort()

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()
