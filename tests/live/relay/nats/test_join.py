"""Relays joined by a real nats-server: what one takes in all hear once, and nothing echoes."""

from __future__ import annotations

import asyncio

import pytest
import uvloop
from prometheus_client import CollectorRegistry

from live.aio.clock import WallClock
from live.protocol import v1, v2
from live.relay.nats.join import NatsJoin
from live.relay.nats.metrics import exported_join
from live.relay.nats.settings import NatsSettings
from tests.kit.eventually import eventually
from tests.kit.nats import a_nats_server
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.makers import a_relay, beats, wire
from tests.live.relay.nats.joined import Joined, has_given, heard_signals, joined, signals


@pytest.fixture
def server(tmp_path):
    with a_nats_server(tmp_path) as found:
        yield found


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
                await eventually(lambda found=relay: has_given(found, 50))
            assert [lane.spool.offered for lane in east.join.lanes] == [50, 50]
            assert [lane.spool.offered for lane in west.join.lanes] == [0, 50]

    uvloop.run(scenario())


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


def test_a_first_joiner_is_given_the_past_or_only_what_comes(tmp_path, server):
    async def scenario() -> None:
        async with joined(tmp_path, server, "east") as east:
            east.bring(*signals(0, 10))
            await eventually(lambda: has_given(east, 10))
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
                await eventually(lambda: has_given(east, 7))

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
