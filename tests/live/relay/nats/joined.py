"""A relay joined to a real nats-server, and what readers of both versions hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from live.aio.clock import WallClock
from live.protocol import v2
from live.relay.config import Ingests, RelaySettings
from live.relay.nats.join import NatsJoin
from live.relay.nats.settings import NatsSettings
from live.relay.relay import Relay
from tests.kit.nats import NatsServer
from tests.kit.wire import an_opportunity
from tests.live.relay.makers import HeardSink, a_relay, wire


class Joined:
    """A relay, its join, and what one v2 reader and one v1 reader of it have heard."""

    def __init__(self, relay: Relay, join: NatsJoin, said: list[str]) -> None:
        self.relay, self.join, self.said = relay, join, said
        self.heard = HeardSink()
        self.market: list[bytes] = []
        self._decoder = v2.Decoder()
        self._read = 0
        self._frames: list[tuple[v2.Frame, object]] = []
        member = relay.hub.attach(self.heard)
        relay.hub.subscribe(member, v2.Subscribe(1))

    def bring(self, *frames: bytes) -> None:
        self.relay.feed("chain.sock").take(b"".join(frames))

    def bring_market(self, *frames: bytes) -> None:
        self.relay.market_feed("paper.sock").take(b"".join(frames))

    @property
    def frames(self) -> list[tuple[v2.Frame, object]]:
        """What was heard, each with its message; read once, however often it is asked for."""
        new = self._decoder.feed(b"".join(self.heard.writes[self._read :]))
        self._read = len(self.heard.writes)
        self._frames += [(frame, frame.message) for frame in new]
        return self._frames

    @property
    def v1_frames(self) -> list[bytes]:
        return [told.raw for _, told in self.frames if isinstance(told, v2.V1Frame)]


@asynccontextmanager
async def joined(folder: Path, server: NatsServer, name: str, **told) -> AsyncIterator[Joined]:
    settings = NatsSettings(name, server.url, **{"settle_ms": 0, **told})
    ingest = Ingests(v1=("paper",), v2=("chain",))
    async with a_relay(
        folder, WallClock(), settings=RelaySettings(str(folder / name), ingest=ingest)
    ) as relay:
        said: list[str] = []
        join = NatsJoin(relay, settings, folder / name, said.append, {})
        task = asyncio.create_task(join.run())
        try:
            yield Joined(relay, join, said)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def signals(start: int, count: int) -> list[bytes]:
    return [wire(an_opportunity(n + 1), n) for n in range(start, start + count)]


def heard_signals(found: Joined) -> list[bytes]:
    return [f.raw for f, told in found.frames if isinstance(told, v2.ArbitrageOpportunity)]


def has_given(found: Joined, frames: int) -> bool:
    """Whether the server has taken so many frames of this relay."""
    return sum(lane.spool.acknowledged for lane in found.join.lanes) >= frames
