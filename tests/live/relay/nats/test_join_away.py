"""Joined relays whose server, or who themselves, go and come back: no frame is lost or doubled."""

from __future__ import annotations

import asyncio

import pytest
import uvloop

from live.protocol import v2
from tests.kit.eventually import eventually
from tests.kit.nats import a_nats_server
from tests.live.relay.makers import beats
from tests.live.relay.nats.joined import heard_signals, joined, signals


@pytest.fixture
def server(tmp_path):
    with a_nats_server(tmp_path) as found:
        yield found


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
