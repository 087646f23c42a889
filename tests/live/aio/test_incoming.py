"""Everything that has arrived, in one piece: order, the end, and a reader who is slow."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import uvloop

from live.aio.incoming import MOST_UNREAD_BYTES, Incoming
from tests.kit.eventually import eventually


async def connected(
    path: Path, serve
) -> tuple[asyncio.Transport, Incoming, asyncio.AbstractServer]:
    server = await asyncio.start_unix_server(serve, path)
    loop = asyncio.get_running_loop()
    transport, incoming = await loop.create_unix_connection(Incoming, str(path))
    return transport, incoming, server


def test_what_arrived_is_given_in_one_piece_and_then_the_end(tmp_path):
    async def serve(_reader, writer) -> None:
        writer.write(b"one")
        await writer.drain()
        writer.write(b"two")
        writer.close()

    async def scenario() -> None:
        transport, incoming, server = await connected(tmp_path / "a.sock", serve)
        await eventually(lambda: incoming._is_over)
        assert await incoming.read() == b"onetwo"
        assert await incoming.read() == b""
        transport.close()
        server.close()

    uvloop.run(scenario())


def test_a_reader_waits_for_what_comes(tmp_path):
    async def serve(reader, writer) -> None:
        while asked := await reader.read(1):
            writer.write(asked * 3)
        writer.close()

    async def scenario() -> None:
        transport, incoming, server = await connected(tmp_path / "a.sock", serve)
        for letter in (b"a", b"b"):
            waiting = asyncio.ensure_future(incoming.read())
            await asyncio.sleep(0)
            transport.write(letter)
            assert await waiting == letter * 3
        transport.close()
        server.close()

    uvloop.run(scenario())


def test_a_peer_of_a_slow_reader_is_slowed_down_and_nothing_is_lost(tmp_path):
    total = 8 * MOST_UNREAD_BYTES

    async def serve(_reader, writer) -> None:
        for _ in range(8):
            writer.write(bytes(MOST_UNREAD_BYTES))
            await writer.drain()
        writer.close()

    async def scenario() -> None:
        transport, incoming, server = await connected(tmp_path / "a.sock", serve)
        await eventually(lambda: incoming._is_paused)
        assert incoming._unread_bytes < total
        found = 0
        while data := await incoming.read():
            found += len(data)
        assert found == total
        transport.close()
        server.close()

    uvloop.run(scenario())


def test_a_reader_that_gives_up_can_come_back(tmp_path):
    async def serve(reader, writer) -> None:
        await reader.read(1)
        writer.write(b"late")
        writer.close()

    async def scenario() -> None:
        transport, incoming, server = await connected(tmp_path / "a.sock", serve)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(incoming.read(), 0.001)
        transport.write(b"!")
        assert await incoming.read() == b"late"
        transport.close()
        server.close()

    uvloop.run(scenario())
