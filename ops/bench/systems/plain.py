"""The plain peer: an asyncio broadcast as anybody would first write it, one write a frame.

It runs on asyncio's own event loop, without queues, policies or a memory. Its sender and its
readers are those that our own relay has.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from live.protocol import v1
from live.relay.client import Publisher
from ops.bench.children import child
from ops.bench.systems import Send, publishing
from ops.bench.systems.cutting import Take, hear
from ops.bench.systems.cutting import v1_cutter as cutter
from ops.bench.waiting import wait_until

__all__ = ["cutter", "read", "sender", "serve"]

_IN, _OUT = "in.sock", "out.sock"


@contextmanager
def serve(folder: Path) -> Generator[str]:
    """Run the broadcast while the context is open; its address is its folder."""
    with child("ops.bench.systems.plain", str(folder)):
        wait_until((folder / _IN).exists)
        yield str(folder)


async def sender(address: str) -> Send:
    """Connect the one publisher."""
    return await publishing(Publisher(Path(address) / _IN))


async def read(address: str, take: Take) -> None:
    """Connect one subscriber and hear until the connection ends."""
    await hear(Path(address) / _OUT, take)


async def _broadcast(folder: Path) -> None:
    writers: set[asyncio.StreamWriter] = set()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        await reader.read()
        writers.discard(writer)

    async def forward(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readexactly(v1.HEADER_BYTES)
            frame = head + await reader.readexactly(int.from_bytes(head[3:5], "little"))
            for writer in writers:
                writer.write(frame)
            for writer in list(writers):
                await writer.drain()

    async with (
        await asyncio.start_unix_server(join, folder / _OUT, backlog=512),
        await asyncio.start_unix_server(forward, folder / _IN) as ingest,
    ):
        await ingest.serve_forever()


if __name__ == "__main__":
    asyncio.run(_broadcast(Path(sys.argv[1])))
