"""The relay's clients without a relay: queueing, flushing, healing."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from live.protocol import v1
from live.relay.client import Publisher, market_frames
from tests.kit.eventually import eventually
from tests.kit.homes import a_home


def beat(n: int) -> bytes:
    return v1.encode(v1.Heartbeat(1, n), n)


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


def test_a_publisher_greets_first_and_flushes_what_it_queued(home):
    async def scenario() -> bytes:
        heard = bytearray()

        async def serve(reader, writer) -> None:
            while data := await reader.read(65_536):
                heard.extend(data)
            writer.close()

        path = home.sockets / "paper.sock"
        publisher = Publisher(path, lambda: [beat(0)])
        publisher.send(beat(1), beat(2))
        task = asyncio.create_task(publisher.run())
        server = await asyncio.start_unix_server(serve, path)
        await eventually(lambda: publisher.is_connected)
        publisher.send(beat(3))
        await publisher.flush()
        await eventually(lambda: len(heard) == 4 * len(beat(0)))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        server.close()
        return bytes(heard)

    assert asyncio.run(scenario()) == b"".join(beat(n) for n in range(4))


def test_a_flush_without_a_relay_does_not_wait_for_one(home):
    async def scenario() -> None:
        publisher = Publisher(home.sockets / "paper.sock")
        publisher.send(beat(1))
        await asyncio.wait_for(publisher.flush(), 1)

    asyncio.run(scenario())


def test_a_subscription_that_hears_nonsense_starts_over(home):
    async def scenario() -> list[list[int]]:
        connections = closed = 0

        async def serve(reader, writer) -> None:
            nonlocal connections, closed
            connections += 1
            writer.write(beat(connections) + b"\xfd" * 8)
            await reader.read()  # until the subscriber hangs up by itself
            writer.close()
            await writer.wait_closed()
            closed += 1

        server = await asyncio.start_unix_server(serve, home.sockets / "relay.sock")
        batches: list[list[int]] = []
        async with aclosing(market_frames(home)) as frames:
            async for batch in frames:
                batches.append([frame.sequence for frame in batch])
                if len(batches) == 4:
                    break
        server.close()
        await eventually(lambda: closed == connections)
        return batches

    assert asyncio.run(scenario()) == [[], [1], [], [2]]


def test_a_trade_that_a_restarted_relay_hands_on_again_is_given_once(home):
    trades = [v1.encode(v1.Trade(n, n, 1, 1, 1, v1.BUY, n), n) for n in range(4)]
    mapping = v1.encode(v1.mapping("paper:ETH-USDC"), 0)
    says = [[mapping, *trades[:3]], [mapping, *trades[1:]], [mapping, trades[3]]]

    async def scenario() -> list[bytes]:
        async def serve(_reader, writer) -> None:
            writer.write(b"".join(says.pop(0)))
            await writer.drain()
            writer.close()

        server = await asyncio.start_unix_server(serve, home.sockets / "relay.sock")
        heard: list[bytes] = []
        async with aclosing(market_frames(home)) as frames:
            async for batch in frames:
                heard += [frame.raw for frame in batch]
                if heard.count(mapping) == 3:
                    break
        server.close()
        return heard

    heard = asyncio.run(scenario())
    assert [raw for raw in heard if raw != mapping] == trades
