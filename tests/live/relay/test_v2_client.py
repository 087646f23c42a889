"""Hearing a relay in v2 over real sockets that misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import pytest
import uvloop

from domain.errors import RemoteWireError
from live.protocol import v2
from live.relay import v2_client
from live.relay.subscription import Subscription
from live.relay.v2_client import hear, visit
from tests.kit.clock import noon_clock
from tests.kit.eventually import eventually
from tests.live.relay.guests import publish
from tests.live.relay.makers import a_relay, an_alert, beats

RISK = v2.Subscribe(1, channels=("risk",))


async def collect(frames, heard: list) -> None:
    async with aclosing(frames) as batches:
        async for batch in batches:
            heard += [[found.message for found in batch]]


@asynccontextmanager
async def served(path, serve: Callable[[asyncio.StreamWriter], Awaitable[object]]):
    """Serve a relay of another kind, and wait until its guests have left."""
    begun = ended = 0

    async def guest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal begun, ended
        begun += 1
        await serve(writer)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        ended += 1

    server = await asyncio.start_unix_server(guest, path)
    yield
    server.close()
    await eventually(lambda: begun == ended)


def test_a_relay_that_comes_later_and_goes_and_comes_is_heard(tmp_path):
    heard: list[list[object]] = []

    async def scenario() -> None:
        subscription = Subscription(RISK, name="test")
        listening = asyncio.create_task(collect(hear(tmp_path / "defi.sock", subscription), heard))
        clock = noon_clock()
        for n in range(2):
            clock.wind(1)
            async with a_relay(tmp_path, clock) as relay:
                await eventually(lambda n=n: len(heard) == 2 * n + 1)
                publish(relay, an_alert(str(n)))
                await eventually(lambda n=n: len(heard) == 2 * n + 2)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    uvloop.run(scenario())
    assert heard == [[], [an_alert("0")], [], [an_alert("1")]]


def test_a_relay_that_does_not_answer_is_given_up_unless_v1_will_do(tmp_path, monkeypatch):
    monkeypatch.setattr(v2_client, "ANSWER_S", 0.05)
    taken: list[bytes] = []

    async def scenario() -> None:
        is_late = asyncio.Event()

        async def old_relay(writer: asyncio.StreamWriter) -> None:
            writer.write(beats(0, 1)[0])
            await is_late.wait()
            writer.write(beats(1, 1)[0])

        async with served(tmp_path / "relay.sock", old_relay):
            modest = Subscription(RISK, name="test", may_fall_back=True)
            async with aclosing(visit(tmp_path / "relay.sock", modest)) as takings:
                async for found in takings:
                    taken.append(found.v1)
                    asyncio.get_running_loop().call_later(0.2, is_late.set)
                    if modest.is_settled:
                        break
            proud = Subscription(RISK, name="test")
            with pytest.raises(RemoteWireError, match="nobody here knows our hello"):
                await anext(visit(tmp_path / "relay.sock", proud))

    asyncio.run(scenario())
    assert taken == beats(0, 2)


def test_silence_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(v2_client, "ANSWER_S", 0.01)

    async def scenario() -> None:
        async with served(tmp_path / "x.sock", lambda _: asyncio.sleep(0)):
            with pytest.raises(RemoteWireError, match="nobody answered"):
                await anext(visit(tmp_path / "x.sock", Subscription(RISK, name="test")))

    asyncio.run(scenario())
