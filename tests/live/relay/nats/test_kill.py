"""Relay processes joined by a real nats-server, one of them killed: nothing lost, nothing twice.

Readers are ordinary clients on the second relay's own sockets, v1 and v2; they live through the
death of their relay as clients do, by connecting again.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
import uvloop
from nats.js.errors import NotFoundError

from live.protocol import v1, v2
from live.relay.client import Publisher, market_frames_of
from live.relay.subscription import Subscription
from live.relay.v2_client import hear
from tests.kit.eventually import eventually
from tests.kit.nats import NatsServer, a_nats_server
from tests.kit.running import is_served
from tests.kit.wire import an_opportunity
from tests.live.relay.makers import wire

FRAMES = 4_000
STEP = 20
IN_FLIGHT = 200
"""Frames between producers and readers at the kill: a socket keeps those when its writer dies."""


class RelayProcess:
    """A relay of its own, as `alphapulse relay --config` runs it."""

    def __init__(self, folder: Path, name: str, url: str) -> None:
        self.folder = folder / name
        self.folder.mkdir()
        self._file = folder / f"{name}.toml"
        self._file.write_text(
            f'folder = "{self.folder}"\nname = "{name}"\n'
            f'[ingest]\nv1 = ["paper"]\nv2 = ["signals"]\n'
            f'[nats]\nname = "{name}"\nurl = "{url}"\n'
        )
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it serves."""
        self._spawn()
        await eventually(lambda: is_served(self.folder / "signals.sock"), within_s=20)

    def _spawn(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ops.cli.main", "relay", "--config", str(self._file)],
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> int:
        """Ask it to stop as an operator does; gives its exit code."""
        assert self._process is not None, "start the relay first"
        self._process.terminate()
        return self._process.wait(60)

    def kill(self) -> None:
        """Kill it with ``kill -9``."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Desk:
    """Producers on one relay, readers on another."""

    def __init__(self, east: RelayProcess, west: RelayProcess, server: NatsServer) -> None:
        self.east, self.west, self.server = east, west, server
        self.market: list[int] = []
        self.signals: list[int] = []
        self.said: list[bytes] = []
        self.trades = Publisher(east.folder / "paper.sock")
        self.opportunities = Publisher(east.folder / "signals.sock", self._repeat)

    def _repeat(self) -> list[bytes]:
        """What a v2 producer says first to a relay it does not know: its latest frames again."""
        return self.said[-1_000:]

    async def feed(self, start: int, count: int, *, ahead: int = 0) -> None:
        """Bring frames on both channels, a few at a time.

        Never more than `ahead` before the readers, who may otherwise be a relay's memory behind.
        """
        for first in range(start, start + count, STEP):
            for n in range(first, first + STEP):
                self.trades.send(v1.encode(v1.Trade(n, 1, 1, 1, 1, v1.BUY), n))
                self.said.append(wire(an_opportunity(n + 1), n))
                self.opportunities.send(self.said[-1])
            await self.trades.flush()
            await self.opportunities.flush()
            await asyncio.sleep(0)
            if ahead:
                await eventually(lambda sent=first: self._behind(sent) < ahead)

    def _behind(self, sent: int) -> int:
        return sent - min(len(self.market), len(self.signals))

    async def read_market(self) -> None:
        async for frames in market_frames_of(self.west.folder / "relay.sock"):
            self.market += [frame.sequence for frame in frames]

    async def read_signals(self) -> None:
        wanted = Subscription(v2.Subscribe(1, channels=("signals",)), name="reader")
        kind = v2.ArbitrageOpportunity
        async for frames in hear(self.west.folder / "defi.sock", wanted):
            self.signals += [f.sequence for f in frames if isinstance(f.message, kind)]


@asynccontextmanager
async def a_desk(folder: Path, server: NatsServer) -> AsyncIterator[Desk]:
    east, west = (RelayProcess(folder, name, server.url) for name in ("east", "west"))
    tasks: list[asyncio.Task[None]] = []
    try:
        await asyncio.gather(east.start(), west.start())
        desk = Desk(east, west, server)
        publishers = (desk.trades, desk.opportunities)
        tasks += [asyncio.create_task(publisher.run()) for publisher in publishers]
        tasks += [asyncio.create_task(desk.read_market()), asyncio.create_task(desk.read_signals())]
        await eventually(lambda: desk.trades.is_connected and desk.opportunities.is_connected)
        yield desk
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        east.kill()
        west.kill()


@pytest.fixture
def server(tmp_path):
    with a_nats_server(tmp_path) as found:
        yield found


def test_the_reading_relay_is_killed_and_its_readers_miss_and_double_nothing(tmp_path, server):
    async def scenario() -> None:
        async with a_desk(tmp_path, server) as desk:
            await desk.feed(0, FRAMES // 2, ahead=IN_FLIGHT)
            desk.west.kill()
            restarting = asyncio.create_task(desk.west.start())
            await desk.feed(FRAMES // 2, FRAMES // 2)
            await restarting
            await eventually(lambda: _last(desk.market) and _last(desk.signals), within_s=20)
            assert desk.signals == list(range(FRAMES))
            assert desk.market == list(range(FRAMES))

    uvloop.run(scenario())


def test_the_publishing_relay_is_killed_and_what_its_producer_repeats_is_heard_once(
    tmp_path, server
):
    async def scenario() -> None:
        async with a_desk(tmp_path, server) as desk:
            await desk.feed(0, FRAMES // 2)
            await eventually(lambda: desk.signals)
            desk.east.kill()
            await eventually(lambda: not desk.opportunities.is_connected)
            await desk.feed(FRAMES // 2, STEP * 10)
            await desk.east.start()
            await eventually(lambda: desk.opportunities.is_connected)
            await desk.feed(FRAMES // 2 + STEP * 10, FRAMES // 2 - STEP * 10)
            await eventually(lambda: _last(desk.signals), within_s=20)
            assert desk.signals == list(range(FRAMES))
            assert desk.market == sorted(set(desk.market))  # v1 lost what its relay held, no more

    uvloop.run(scenario())


def test_the_server_is_killed_and_started_again_and_nobody_misses_or_doubles_anything(
    tmp_path, server
):
    async def scenario() -> None:
        async with a_desk(tmp_path, server) as desk:
            await desk.feed(0, FRAMES // 2)
            await eventually(lambda: desk.market and desk.signals)
            server.kill()
            await desk.feed(FRAMES // 2, FRAMES // 4)
            server.start()
            await desk.feed(3 * FRAMES // 4, FRAMES // 4)
            await eventually(lambda: _last(desk.market) and _last(desk.signals), within_s=20)
            assert desk.market == list(range(FRAMES))
            assert desk.signals == list(range(FRAMES))

    uvloop.run(scenario())


def _last(heard: list[int]) -> bool:
    return bool(heard) and heard[-1] == FRAMES - 1


async def kept_signals(url: str) -> int:
    """How many frames the server keeps of the stream that signals travel in."""
    client = await nats.connect(url)
    try:
        return (await client.jetstream().stream_info("alphapulse-defi")).state.messages
    except NotFoundError:
        return 0
    finally:
        await client.close()


def test_a_relay_whose_server_stands_still_stops_well_when_asked(tmp_path):
    async def scenario() -> None:
        with a_nats_server(tmp_path) as server:
            relay = RelayProcess(tmp_path, "east", server.url)
            try:
                await relay.start()
                said = Publisher(relay.folder / "signals.sock")
                saying = asyncio.create_task(said.run())
                await eventually(lambda: said.is_connected)
                said.send(wire(an_opportunity(1), 0))
                await eventually(lambda: kept_signals(server.url), within_s=20)
                server.stand_still()
                said.send(*[wire(an_opportunity(n + 1), n) for n in range(1, 100)])
                await said.flush()
                assert await asyncio.to_thread(relay.stop) == 0
                saying.cancel()
            finally:
                relay.kill()

    uvloop.run(scenario())
