"""Ten thousand readers on one relay, v1 and v2, in a process of its own."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import sys
from pathlib import Path

import uvloop

from live.protocol import v2
from tests.kit.eventually import eventually
from tests.live.relay.guests import HELLO, Guest, Party
from tests.live.relay.makers import beats, wire

CHECKOUT = Path(__file__).resolve().parents[3]
CONNECTS = 10_000


def test_ten_thousand_connects(tmp_path):
    """The relay is a process of its own, because one process may hold half as many files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    at_once = min(CONNECTS, most - 500)
    config = tmp_path / "relay.toml"
    config.write_text(f'folder = "{tmp_path}"\n[ingest]\nv1 = ["kraken"]\nv2 = ["chain"]\n')

    async def scenario() -> None:
        relay = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ops.cli.main", "relay", "--config", str(config),
            cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said = await asyncio.wait_for(relay.stdout.readline(), 60)
        assert b"relay.sock" in said
        steady = Guest(tmp_path / "defi.sock", v2.Subscribe(1))
        async with Party(steady):
            done, heard = 0, 0
            while done < CONNECTS:
                heard += await _crowd(tmp_path, min(at_once, CONNECTS - done))
                done += at_once
            assert heard == CONNECTS
            await _says(tmp_path / "kraken.sock", beats(7_777, 1)[0])
            await eventually(lambda: len(steady.of(v2.V1Frame)) >= 2)
            assert steady.of(v2.V1Frame)[-1].raw == beats(7_777, 1)[0]
        relay.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(relay.wait(), 60) == 0

    uvloop.run(scenario())


async def _crowd(folder: Path, count: int) -> int:
    """Connect so many readers and let each hear one frame; half of them say nothing, half hello."""
    loop = asyncio.get_running_loop()
    crowd: list[socket.socket] = []
    for n in range(count):
        reader = socket.socket(socket.AF_UNIX)
        reader.setblocking(False)
        await _connect(reader, folder / ("relay.sock" if n % 2 else "defi.sock"))
        if not n % 2:
            reader.send(HELLO + wire(v2.Subscribe(1, channels=("market",))))
        crowd.append(reader)
    for n, reader in enumerate(crowd):
        if not n % 2:
            await asyncio.wait_for(loop.sock_recv(reader, 4_096), 60)
    await _says(folder / "kraken.sock", beats(1, 1)[0])
    heard = 0
    for reader in crowd:
        heard += bool(await asyncio.wait_for(loop.sock_recv(reader, 4_096), 60))
        reader.close()
    return heard


async def _connect(reader: socket.socket, path: Path) -> None:
    """Connect, again when the kernel's queue is full for the moment."""

    def is_in() -> bool:
        try:
            reader.connect(str(path))
        except BlockingIOError:
            return False
        return True

    await eventually(is_in)


async def _says(path: Path, data: bytes) -> None:
    _stream, writer = await asyncio.open_unix_connection(path)
    writer.write(data)
    await writer.drain()
    writer.close()
