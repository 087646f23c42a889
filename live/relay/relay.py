"""The relay: sockets, sessions and the two channels put together, on one event loop.

Who runs it, and what it does beyond its own sockets, is said in `main.py` and `outside.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter_ns

from domain.clock import Clock
from domain.errors import RemoteWireError
from live.protocol import v2
from live.relay.config import RelaySettings, socket_path, tcp_or_none
from live.relay.consumer import Consumer
from live.relay.defi_session import DefiSession
from live.relay.fanout import Fanout
from live.relay.hub import Hub
from live.relay.ingest import SLICE_BYTES, Ingest, Session
from live.relay.latency import Latency
from live.relay.listening import Address, address_text, listen
from live.relay.market_memory import MarketMemory
from live.relay.sessions import MarketSession

TICK_S = 0.02
"""How late an expiry or a position may be told; a block or a human takes longer."""
OnBroken = Callable[[str, RemoteWireError], None]


class Relay:
    """Both sides of the relay, with their sockets.

    Args:
        clock: Stamps trades and notices, decides what has expired.
        on_broken: Told which socket's producer was cut off, and why.
        settings: Where it listens and what it keeps.
    """

    def __init__(self, clock: Clock, on_broken: OnBroken, settings: RelaySettings) -> None:
        self.clock = clock
        self.settings = settings
        self.memory = MarketMemory()
        self.hub = Hub(
            clock,
            self.memory,
            partial(self._soon, self._flush_defi),
            limits=settings.limits,
            policies=settings.policies,
        )
        self.market = Fanout(
            self.memory,
            partial(self._soon, self.flush_market),
            self.hub.market,
            limit_bytes=settings.limits.queue_bytes,
        )
        self.market_latency, self.defi_latency = Latency(), Latency()
        self.consumers: set[Consumer] = set()
        self.refused_clients = 0
        self._on_broken = on_broken
        self._ingests: list[Ingest] = []
        self._servers: list[asyncio.Server] = []
        self._ticking: asyncio.TimerHandle | None = None

    async def listen(self) -> None:
        """Open all sockets, the outgoing ones first so that nobody misses the first frame.

        Raises:
            ConfigRefused: Another process already serves one of them.
        """
        settings = self.settings
        await self._serve(socket_path(settings, settings.serve.v1), opens_as_v1=True)
        await self._serve(socket_path(settings, settings.serve.v2), opens_as_v1=False)
        tcp, v2_tcp = tcp_or_none(settings.serve.tcp), tcp_or_none(settings.ingest.v2_tcp)
        if tcp is not None:
            await self._serve(tcp, opens_as_v1=False)
        for name in settings.ingest.v1:
            path = socket_path(settings, name)
            market = partial(self.market_feed, path.name)
            await self._take_in(path, path.name, market, latency=self.market_latency)
        for name in settings.ingest.v2:
            path = socket_path(settings, name)
            await self._take_in_v2(path, path.name)
        if v2_tcp is not None:
            await self._take_in_v2(v2_tcp, "tcp")
        self._tick()

    async def close(self) -> None:
        """Stop listening to producers, write what is pending, hang up."""
        if self._ticking is not None:
            self._ticking.cancel()
        for ingest in self._ingests:
            await ingest.close()
        self._flush_defi()
        for server in self._servers:
            server.close()
        for consumer in list(self.consumers):
            consumer.hang_up()

    def readers_addresses(self) -> list[str]:
        """Give where readers can connect: paths, and HOST:PORT with the port that was taken."""
        return [address_text(server) for server in self._servers]

    def market_feed(self, origin: str, *, is_stamping: bool = True) -> MarketSession:
        """Make what takes v1 frames in from one producer.

        Args:
            origin: Name of where they come from.
            is_stamping: False for frames that another relay of ours has stamped already.
        """
        return MarketSession(
            self.clock, self.memory, self.market.publish, origin=origin, is_stamping=is_stamping
        )

    def feed(self, origin: str, tracker: v2.SequenceTracker | None = None) -> DefiSession:
        """Make what takes v2 frames in from one producer.

        Args:
            origin: Name of where they come from.
            tracker: Shared by all producers that are one stream of sequences.
        """
        return DefiSession(
            tracker or v2.SequenceTracker(), self.hub.publish, self.hub.announce, origin=origin
        )

    def entered(self, consumer: Consumer) -> str:
        """Count a connection in; gives why it may not stay, or nothing."""
        self.consumers.add(consumer)
        if len(self.consumers) <= self.settings.limits.clients:
            return ""
        self.refused_clients += 1
        return "this relay serves as many readers as it may; come back later"

    def left(self, consumer: Consumer) -> None:
        """Count a connection out."""
        self.consumers.discard(consumer)

    def flush_market(self) -> None:
        """Write what market data is pending; where nobody reads v1, to v2 in the same turn."""
        frames = self.market.flush()
        if frames:
            self.market_latency.written(frames, perf_counter_ns())
            if not self.market.has_readers:
                self.defi_latency.written(self.hub.flush(), perf_counter_ns())

    def _flush_defi(self) -> None:
        """Write what is pending, market data first: it never waits for anything else."""
        self.flush_market()
        self.defi_latency.written(self.hub.flush(), perf_counter_ns())

    def _soon(self, flush: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_soon(flush)

    def _tick(self) -> None:
        self._flush_defi()
        self.hub.tick()
        self._ticking = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    async def _serve(self, address: Address, *, opens_as_v1: bool) -> None:
        door = str(address) if not isinstance(address, Path) else address.name
        new_consumer = partial(Consumer, self, door, opens_as_v1=opens_as_v1)
        self._servers.append(await listen(new_consumer, address))

    async def _take_in_v2(self, address: Address, name: str) -> None:
        """Take in what one socket's producers send: together they are one stream of sequences."""
        feed = partial(self.feed, name, v2.SequenceTracker())
        latency = self.defi_latency
        await self._take_in(address, name, feed, latency=latency, slice_bytes=SLICE_BYTES)

    async def _take_in(
        self,
        address: Address,
        name: str,
        new_session: Callable[[], Session],
        *,
        latency: Latency,
        slice_bytes: int = 0,
    ) -> None:
        ingest = Ingest(
            name, new_session, self._on_broken, latency=latency, slice_bytes=slice_bytes
        )
        self._ingests.append(ingest)
        await ingest.listen(address)
