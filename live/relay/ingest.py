"""One ingest socket: producers connect and their bytes are handed to a session each.

A producer whose bytes are no frames loses its session, and only its own. Several producers may
share a socket. Nothing is ever written to a producer. A flood is taken in slices, so that other
sockets get their turn between them; meanwhile the kernel holds the producer back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter_ns
from typing import Protocol, cast

from prometheus_client import Counter, Gauge

from domain.errors import RemoteWireError
from live.relay.latency import Latency
from live.relay.listening import Address, listen

SLICE_BYTES = 16 * 1024
"""Some 60 v2 frames, half a millisecond of work: what market data may have to wait for."""

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
        latency: Told when something was read.
        slice_bytes: The most that is taken in one turn of the loop; 0 for all that was read.
    """

    def __init__(
        self,
        name: str,
        new_session: Callable[[], Session],
        on_broken: Callable[[str, RemoteWireError], None],
        *,
        latency: Latency | None = None,
        slice_bytes: int = 0,
    ) -> None:
        self.name = name
        self.latency = latency or Latency()
        self.slice_bytes = slice_bytes
        self._new_session = new_session
        self._on_broken = on_broken
        self._producers: set[_Producer] = set()
        self._server: asyncio.AbstractServer | None = None

    async def listen(self, address: Address) -> None:
        """Open the socket.

        Raises:
            ConfigRefused: Another process already serves this address.
        """
        self._server = await listen(self._welcome, address)

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
        self._is_cut = False
        self._left_over = b""
        self._read_ns = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ingest.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (how it left is its own affair)
        self._transport = None
        self._ingest.left(self)

    def data_received(self, data: bytes) -> None:
        slice_bytes = self._ingest.slice_bytes
        if self._left_over:
            self._left_over += data
            return
        self._read_ns = perf_counter_ns()
        if not slice_bytes or len(data) <= slice_bytes:
            self._take(data)
        else:
            self._left_over = data
            self._take_slices()

    def hang_up(self) -> None:
        self._is_cut = True
        if self._transport is not None:
            self._transport.abort()

    def _take_slices(self) -> None:
        """Take one slice now and the rest in turns to come, even of a producer that has left."""
        size = self._ingest.slice_bytes
        first, self._left_over = self._left_over[:size], self._left_over[size:]
        self._take(first)
        if self._left_over and not self._is_cut:
            asyncio.get_running_loop().call_soon(self._take_slices)
        if self._transport is not None and not self._transport.is_closing():
            if self._left_over:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    def _take(self, data: bytes) -> None:
        if self._is_cut:
            return
        self._ingest.latency.read(self._read_ns)
        try:
            self._session.take(data)
        except RemoteWireError as error:
            self._ingest.cut_off(error)
            self.hang_up()
