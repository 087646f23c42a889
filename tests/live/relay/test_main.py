"""The relay whole: real sockets, real readers, bad readers, late readers, slow readers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
import uvloop

from domain.errors import ConfigRefused
from live.protocol import v1
from live.relay.chunks import Run
from live.relay.client import Publisher, defi_frames, market_frames
from live.relay.config import desk_settings
from live.relay.ledger import Drop
from live.relay.main import body
from live.relay.relay import Relay
from tests.kit.clock import noon_clock
from tests.kit.eventually import eventually
from tests.kit.homes import a_home
from tests.kit.services import running
from tests.kit.wire import a_chain_head, a_pool_state
from tests.live.relay.makers import a_relay, beats, connected, wire


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


@asynccontextmanager
async def publishing(path, greet=None) -> AsyncIterator[Publisher]:
    publisher = Publisher(path, greet)
    task = asyncio.create_task(publisher.run())
    await eventually(lambda: publisher.is_connected)
    yield publisher
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def heard(frames, count: int) -> list:
    """Collect so many frames of a subscription."""
    found: list = []
    async with aclosing(frames):
        async for batch in frames:
            found += batch
            if len(found) >= count:
                return found
    raise AssertionError("a subscription never ends")


def test_every_reader_hears_every_frame_in_one_order(home):
    async def scenario() -> None:
        async with running(body, home), publishing(home.sockets / "paper.sock") as publisher:
            readers = [asyncio.create_task(heard(market_frames(home), 500)) for _ in range(5)]
            await eventually(lambda: _served(home, 5))
            for frame in beats(0, 500):
                publisher.send(frame)
            for frames in await asyncio.gather(*readers):
                assert [frame.raw for frame in frames] == beats(0, 500)

    uvloop.run(scenario())


def _served(home, count: int) -> bool:
    from prometheus_client import REGISTRY

    found = REGISTRY.get_sample_value("alphapulse_relay_subscribers", {"channel": "market"})
    return found == count


def test_a_late_joiner_is_told_what_it_needs_on_both_channels(home):
    mapping = v1.mapping("paper:ETH-USDC")
    book = v1.L2Snapshot(1, mapping.symbol_hash, 1, (v1.Level(5, 6),), ())
    delta = v1.L2Delta(2, mapping.symbol_hash, 2, (v1.L2Update(0, 5, 7, 1),))
    pool, head = a_pool_state(), a_chain_head()

    async def scenario() -> None:
        async with (
            running(body, home),
            publishing(home.sockets / "paper.sock") as market,
            publishing(home.sockets / "chain.sock") as chain,
        ):
            early = asyncio.create_task(heard(market_frames(home), 4))
            early_defi = asyncio.create_task(heard(defi_frames(home), 2))
            await eventually(lambda: _served(home, 1))
            for n, message in enumerate((v1.Heartbeat(1, 0), mapping, book, delta)):
                market.send(v1.encode(message, n))
            for n, message in enumerate((pool, head)):
                chain.send(wire(message, n))
            await asyncio.gather(early, early_defi)
            late = await heard(market_frames(home), 3)
            late_defi = await heard(defi_frames(home), 2)
        assert [v1.decode(frame) for frame in late] == [mapping, book, delta]
        assert [frame.message for frame in late_defi] == [head, pool]

    uvloop.run(scenario())


def test_a_reader_that_floods_garbage_or_never_reads_hurts_nobody(home):
    async def scenario() -> None:
        async with running(body, home), publishing(home.sockets / "paper.sock") as publisher:
            stuck = connected(home.sockets / "relay.sock")
            flooding = connected(home.sockets / "relay.sock")
            good = asyncio.create_task(heard(market_frames(home), 60_000))
            await eventually(lambda: _served(home, 3))
            for start in range(0, 60_000, 2_000):
                publisher.send(*beats(start, 2_000))
                _send_what_fits(flooding, b"\xfd" * 100_000)
                await eventually(lambda: not publisher._queue)
            frames = await asyncio.wait_for(good, 30)
            assert publisher.dropped_frames == 0
            assert [frame.sequence for frame in frames] == list(range(60_000))
            stuck.close()
            flooding.close()

    uvloop.run(scenario())


def _send_what_fits(connected: socket.socket, data: bytes) -> None:
    try:
        connected.send(data)
    except BlockingIOError:
        return


def test_a_slow_reader_loses_the_oldest_whole_frames_and_the_others_none(home):
    async def scenario() -> None:
        async with a_relay(home.sockets, queue_bytes=50_000) as relay:
            slow, quick = (connected(home.sockets / "relay.sock") for _ in range(2))
            await eventually(lambda: len(relay.market.readers) == 2)
            drained = asyncio.create_task(_drain(quick, v1.Decoder(), 39_999))
            for start in range(0, 40_000, 500):
                relay.market.publish(Run(b"".join(beats(start, 500)), 500))
                await asyncio.sleep(0)
            late = [frame.sequence for frame in await _drain(slow, v1.Decoder(), 39_999)]
            assert [frame.sequence for frame in await drained] == list(range(40_000))
            assert late == sorted(set(late))
            ledger = relay.market.accounts()
            assert ledger.dropped[Drop.OVERFLOWED] == 40_000 - len(late) > 0
            assert ledger.unaccounted == 0

    uvloop.run(scenario())


async def _drain(connected: socket.socket, decoder, last: int) -> list:
    """Read until the last frame came, at the reader's own pace."""
    found: list = []
    loop = asyncio.get_running_loop()
    while not found or found[-1].sequence != last:
        found += decoder.feed(await asyncio.wait_for(loop.sock_recv(connected, 65_536), 5))
    connected.close()
    return found


def test_a_producer_of_nonsense_is_cut_off_and_the_others_are_not(home):
    async def scenario() -> None:
        async with running(body, home), publishing(home.sockets / "paper.sock") as good:
            listening = asyncio.create_task(heard(market_frames(home), 3))
            await eventually(lambda: _served(home, 1))
            bad = connected(home.sockets / "paper.sock")
            bad.send(beats(0, 1)[0] + bytes((0xFE, 11, 0, 0, 0, 0, 0, 0)) + beats(1, 1)[0])
            await eventually(lambda: _is_cut(bad))
            good.send(*beats(5, 2))
            assert [frame.sequence for frame in await listening] == [0, 5, 6]
            bad.close()

    uvloop.run(scenario())


def _is_cut(connected: socket.socket) -> bool:
    try:
        return connected.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_readers_and_producers_survive_a_restart_of_the_relay(home):
    greeting = v1.encode(v1.mapping("paper:ETH-USDC"), 0)

    async def scenario() -> None:
        found: list[bytes | None] = []

        async def listen() -> None:
            async for batch in market_frames(home):
                found.extend([frame.raw for frame in batch] or [None])

        listening = asyncio.create_task(listen())
        publisher = Publisher(home.sockets / "paper.sock", lambda: [greeting])
        sending = asyncio.create_task(publisher.run())
        for _ in range(2):
            async with running(body, home):
                await eventually(lambda: publisher.is_connected)
                await eventually(lambda: bool(found) and found[-1] == greeting)
            found.append(b"down")
        assert [item for item in found if item != greeting] == [None, b"down", None, b"down"]
        for task in (listening, sending):
            task.cancel()
        await asyncio.gather(listening, sending, return_exceptions=True)

    uvloop.run(scenario())


def test_a_dead_relays_sockets_are_replaced_and_a_living_ones_are_not(home):
    async def scenario() -> None:
        with socket.socket(socket.AF_UNIX) as left_behind:
            left_behind.bind(str(home.sockets / "relay.sock"))
        async with a_relay(home.sockets):
            second = Relay(noon_clock(), lambda *_: None, desk_settings(home.sockets))
            with pytest.raises(ConfigRefused, match="already serves"):
                await second.listen()
            await second.close()

    uvloop.run(scenario())


def test_a_publisher_whose_relay_is_away_keeps_the_newest(home):
    publisher = Publisher(home.sockets / "paper.sock", queue_bytes=100)
    publisher.send(*beats(0, 10))
    assert publisher.dropped_frames == 6
    assert publisher._take() == b"".join(beats(6, 4))
