"""Relays joined by a real nats-server: what one takes in all hear once, whatever comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import uvloop
from prometheus_client import CollectorRegistry

from live.aio.clock import WallClock
from live.protocol import v1, v2
from live.relay.config import Ingests, RelaySettings
from live.relay.nats.join import NatsJoin
from live.relay.nats.metrics import exported_join
from live.relay.nats.settings import NatsSettings
from live.relay.relay import Relay
from tests.kit.eventually import eventually
from tests.kit.nats import NatsServer, a_nats_server
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.makers import HeardSink, a_relay, beats, wire


@pytest.fixture
def server(tmp_path):
    with a_nats_server(tmp_path) as found:
        yield found


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


def test_what_one_relay_takes_in_the_other_hands_on_byte_for_byte_and_nothing_echoes(
    tmp_path, server
):
    async def scenario() -> None:
        async with (
            joined(tmp_path, server, "east") as east,
            joined(tmp_path, server, "west") as west,
        ):
            east.bring(*signals(0, 50))
            east.bring_market(*beats(0, 50))
            west.bring(*signals(100, 50))
            for relay in (east, west):
                await eventually(lambda found=relay: len(heard_signals(found)) == 100)
            await eventually(lambda: len(west.v1_frames) == 50)
            assert west.v1_frames == east.v1_frames == beats(0, 50)
            assert sorted(heard_signals(east)) == sorted(signals(0, 50) + signals(100, 50))
            for relay in (east, west):
                await eventually(lambda found=relay: _has_given(found, 50))
            assert [lane.spool.offered for lane in east.join.lanes] == [50, 50]
            assert [lane.spool.offered for lane in west.join.lanes] == [0, 50]

    uvloop.run(scenario())


def _has_given(found: Joined, frames: int) -> bool:
    """Whether the server has taken so many frames of this relay."""
    return sum(lane.spool.acknowledged for lane in found.join.lanes) >= frames


def test_a_trade_keeps_the_stamp_of_the_relay_that_took_it_in(tmp_path, server):
    trade = v1.encode(v1.Trade(1, 1, 5, 6, 7, v1.BUY), 0)

    async def scenario() -> None:
        async with (
            joined(tmp_path, server, "east") as east,
            joined(tmp_path, server, "west") as west,
        ):
            east.bring_market(trade)
            await eventually(lambda: west.v1_frames)
            assert west.v1_frames == east.v1_frames

    uvloop.run(scenario())


def test_a_relay_goes_on_without_a_server_says_so_and_misses_nothing_once_it_comes(tmp_path):
    async def scenario() -> None:
        with a_nats_server(tmp_path, is_up=False) as server:
            async with (
                joined(tmp_path, server, "east") as east,
                joined(tmp_path, server, "west") as west,
            ):
                east.bring(*signals(0, 100))
                await eventually(lambda: len(heard_signals(east)) == 100)
                await eventually(lambda: east.said and "cannot be reached" in east.said[-1])
                server.start()
                await eventually(lambda: len(heard_signals(west)) == 100, within_s=20)
                assert heard_signals(west) == signals(0, 100)
                assert east.said[-1] == west.said[-1] == ""

    uvloop.run(scenario())


def test_a_server_killed_and_started_again_costs_no_frame_and_doubles_none(tmp_path, server):
    async def scenario() -> None:
        async with (
            joined(tmp_path, server, "east") as east,
            joined(tmp_path, server, "west") as west,
        ):
            for start in range(0, 3_000, 50):
                east.bring(*signals(start, 50))
                east.bring_market(*beats(start, 50))
                await asyncio.sleep(0)
                if start == 1_000:
                    await eventually(lambda: heard_signals(west))
                    server.kill()
                if start == 2_000:
                    server.start()
            await eventually(lambda: len(heard_signals(west)) >= 3_000, within_s=20)
            await eventually(lambda: len(west.v1_frames) >= 3_000, within_s=20)
            assert heard_signals(west) == signals(0, 3_000)
            assert west.v1_frames == beats(0, 3_000)

    uvloop.run(scenario())


def test_what_did_not_fit_the_buffer_is_told_to_the_others_by_channel_and_number(tmp_path):
    async def scenario() -> None:
        with a_nats_server(tmp_path, is_up=False) as server:
            async with (
                joined(tmp_path, server, "east", buffer_bytes=64 * 1024) as east,
                joined(tmp_path, server, "west") as west,
            ):
                east.bring(*signals(0, 500))
                east.bring_market(*beats(0, 1_000))
                await eventually(lambda: len(heard_signals(east)) == 500)
                kept = [lane.spool.waiting for lane in east.join.lanes]
                server.start()
                await eventually(lambda: len(west.heard.of(v2.GapNotice)) >= 2, within_s=20)
                await eventually(lambda: len(heard_signals(west)) == kept[1])
                missing = {
                    notice.channel: notice.missing_frames
                    for notice in west.heard.of(v2.GapNotice)
                    if notice.source == "east"
                }
                assert missing == {"market": 1_000 - kept[0], "signals": 500 - kept[1]}
                assert heard_signals(west) == signals(500 - kept[1], kept[1])

    uvloop.run(scenario())


def test_a_relay_that_was_away_hears_what_it_missed_and_nothing_it_had(tmp_path, server):
    async def scenario() -> None:
        async with joined(tmp_path, server, "east") as east:
            async with joined(tmp_path, server, "west") as west:
                east.bring(*signals(0, 10))
                await eventually(lambda: len(heard_signals(west)) == 10)
            east.bring(*signals(10, 10))
            async with joined(tmp_path, server, "west") as west:
                await eventually(lambda: len(heard_signals(west)) == 10)
                assert heard_signals(west) == signals(10, 10)
            (position,) = (tmp_path / "west").glob("*defi*.position")
            position.unlink()
            east.bring(*signals(20, 5))
            async with joined(tmp_path, server, "west") as west:  # the server's own memory serves
                await eventually(lambda: heard_signals(west)[-5:] == signals(20, 5))
                assert heard_signals(west) == signals(20, 5)

    uvloop.run(scenario())


def test_a_first_joiner_is_given_the_past_or_only_what_comes(tmp_path, server):
    async def scenario() -> None:
        async with joined(tmp_path, server, "east") as east:
            east.bring(*signals(0, 10))
            await eventually(lambda: _has_given(east, 10))
            async with joined(tmp_path, server, "west", has_past=False) as west:
                await eventually(lambda: west.join.is_connected)
                async with joined(tmp_path, server, "north") as north:
                    await eventually(lambda: len(heard_signals(north)) == 10)
                await eventually(lambda: _reads(west))
                east.bring(*signals(10, 1))
                await eventually(lambda: heard_signals(west))
                assert heard_signals(west) == signals(10, 1)

    uvloop.run(scenario())


def _reads(found: Joined) -> bool:
    return found.join.lanes[1].position.sequence == 10


def test_a_relay_shares_only_the_channels_it_was_told_to(tmp_path, server):
    pool = wire(a_pool_state(), source=3)

    async def scenario() -> None:
        async with (
            joined(tmp_path, server, "east", publish=("pools", "signals")) as east,
            joined(tmp_path, server, "west", read=("signals",)) as west,
        ):
            east.bring_market(*beats(0, 1))
            east.bring(pool, *signals(0, 1))
            await eventually(lambda: heard_signals(west))
            assert [lane.spool.offered for lane in east.join.lanes] == [0, 2]
            assert not west.heard.of(v2.PoolState)

    uvloop.run(scenario())


def test_a_frame_too_large_for_the_server_is_told_and_does_not_stand_in_the_way(tmp_path, server):
    async def scenario() -> None:
        large = wire(an_opportunity(1, record=bytes(v2.MAX_PAYLOAD_BYTES - 1_000)), 0)
        async with (
            joined(tmp_path, server, "east") as east,
            joined(tmp_path, server, "west") as west,
        ):
            east.bring(large, *signals(1, 1))
            await eventually(lambda: heard_signals(west))
            assert heard_signals(west) == signals(1, 1)
            assert east.join.lanes[1].spool.dropped == 1

    uvloop.run(scenario())


def test_a_stranger_on_the_subjects_cannot_break_a_relay(tmp_path, server):
    import nats

    async def scenario() -> None:
        async with joined(tmp_path, server, "west") as west:
            await eventually(lambda: west.join.is_connected)
            stranger = await nats.connect(server.url)
            for data in (b"", b"gossip", wire(a_pool_state())[:-1]):
                await stranger.publish("alphapulse.signals.x.y", data)
            await stranger.publish("alphapulse.signals.x.y", signals(0, 1)[0])
            await stranger.flush()
            await eventually(lambda: heard_signals(west))
            assert west.join.lanes[1].arrivals.refused == 3
            await stranger.close()

    uvloop.run(scenario())


def test_metrics_say_where_every_frame_is(tmp_path, server):
    async def scenario() -> None:
        registry = CollectorRegistry()
        async with joined(tmp_path, server, "east") as east:
            with exported_join(east.join, registry):
                east.bring(*signals(0, 7))
                await eventually(lambda: _has_given(east, 7))

                def value(name: str) -> float | None:
                    return registry.get_sample_value(
                        f"alphapulse_relay_nats_{name}", {"stream": "alphapulse-defi"}
                    )

                assert value("offered_frames_total") == value("published_frames_total") == 7
                assert value("waiting_frames") == value("dropped_frames_total") == 0
                assert registry.get_sample_value("alphapulse_relay_nats_connected") == 1

    uvloop.run(scenario())


def test_secrets_come_from_the_environment(tmp_path):
    async def scenario() -> None:
        with a_nats_server(tmp_path, is_up=False) as server:
            server.start("--user", "desk", "--pass", "hush")
            async with a_relay(tmp_path / "east", WallClock()) as relay:
                said: list[str] = []
                for secrets in (
                    {},
                    {"ALPHAPULSE_NATS_USER": "desk", "ALPHAPULSE_NATS_PASSWORD": "hush"},
                ):
                    settings = NatsSettings("east", server.url)
                    join = NatsJoin(relay, settings, tmp_path, said.append, secrets)
                    task = asyncio.create_task(join.run())
                    await eventually(lambda: said)
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
                    assert bool(said.pop()) is not bool(secrets)
                    said.clear()

    uvloop.run(scenario())


def test_a_relay_that_stops_waits_for_the_servers_word_on_what_it_has_said(tmp_path, server):
    async def scenario() -> None:
        async with joined(tmp_path, server, "east") as east:
            await eventually(lambda: east.join.is_connected)
            server.stand_still()
            east.bring(*signals(0, 50))
            east.relay.hub.flush()
            await east.join.finish(within_s=0.05)  # it does not answer: not for ever
            finishing = asyncio.create_task(east.join.finish(within_s=60))
            await asyncio.wait({finishing}, timeout=0.05)
            assert not finishing.done()
            server.go_on()
            await finishing
            assert [lane.spool.acknowledged for lane in east.join.lanes] == [0, 50]

    uvloop.run(scenario())


def test_a_relay_that_stops_does_not_wait_for_a_server_that_is_away(tmp_path, server):
    async def scenario() -> None:
        async with joined(tmp_path, server, "east") as east:
            await eventually(lambda: east.join.is_connected)
            server.kill()
            await eventually(lambda: not east.join.is_connected)
            east.bring(*signals(0, 50))
            east.relay.hub.flush()
            await asyncio.wait_for(east.join.finish(within_s=3_600), 60)

    uvloop.run(scenario())
