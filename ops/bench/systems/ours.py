"""Our relay as `alphapulse relay --config` runs it, read by v1 clients on its Unix socket."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from live.aio.waiting import until
from live.protocol import v1
from live.relay.client import Publisher, subscribe
from live.relay.sockets import MARKET
from ops.bench.children import child
from ops.bench.systems import SYMBOL, Send, Take
from ops.bench.waiting import wait_until

INGEST = "paper.sock"
_LAST_SOCKET = "chain.sock"
_SETTINGS = """folder = "{folder}"
[ingest]
v1 = ["paper"]
v2 = ["chain"]
"""


@contextmanager
def serve(folder: Path) -> Generator[str]:
    """Run the relay while the context is open; its address is the folder of its sockets."""
    settings = folder / "relay.toml"
    settings.write_text(_SETTINGS.format(folder=folder))
    with child("ops.cli.main", "relay", "--config", settings):
        wait_until((folder / _LAST_SOCKET).exists)
        yield str(folder)


async def sender(address: str) -> Send:
    """Connect the one publisher; like any collector it says first what its symbol is."""
    mapping = v1.encode(v1.mapping(SYMBOL), 0)
    publisher = Publisher(Path(address) / INGEST, lambda: [mapping])
    running = asyncio.ensure_future(publisher.run())
    await until(lambda: publisher.is_connected)

    async def send(frames: Sequence[bytes]) -> None:
        if running.done():
            running.result()
        publisher.send(*frames)

    return send


async def read(address: str, take: Take) -> None:
    """Connect one subscriber and hear for ever."""
    async for frames in subscribe(Path(address) / MARKET, v1.Decoder):
        take(frames)
