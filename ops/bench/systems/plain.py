"""The plain peer: an asyncio broadcast as anybody would first write it, one write a frame.

It runs on asyncio's own event loop, without queues, policies or a memory.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from live.protocol import v1
from ops.bench.children import child
from ops.bench.systems import Send, Take
from ops.bench.waiting import wait_until

CHUNK_BYTES = 64 * 1024
_IN, _OUT = "in.sock", "out.sock"


@contextmanager
def serve(folder: Path) -> Generator[str]:
    """Run the broadcast while the context is open; its address is its folder."""
    with child("ops.bench.systems.plain", str(folder)):
        wait_until((folder / _IN).exists)
        yield str(folder)


async def sender(address: str) -> Send:
    """Connect the one publisher: a write and a drain a frame."""
    _reader, writer = await asyncio.open_unix_connection(Path(address) / _IN)

    async def send(frames: Sequence[bytes]) -> None:
        for frame in frames:
            writer.write(frame)
            await writer.drain()

    return send


async def read(address: str, take: Take) -> None:
    """Connect one subscriber and hear for ever."""
    reader, _writer = await asyncio.open_unix_connection(Path(address) / _OUT)
    decoder = v1.Decoder()
    while data := await reader.read(CHUNK_BYTES):
        take(decoder.feed(data))


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
