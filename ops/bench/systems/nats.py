"""The broker peer: Debian's nats-server, core NATS, with nats-py clients on uvloop.

One subject, a message a frame, no JetStream: the fastest NATS there is from Python. It speaks TCP
on loopback, for it knows no Unix sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ops.bench.children import command
from ops.bench.nats_server import nats_server, port_of
from ops.bench.systems import Send
from ops.bench.systems.cutting import Take
from ops.bench.systems.cutting import v1_cutter as cutter
from ops.bench.waiting import wait_until

__all__ = ["cutter", "read", "sender", "serve"]

SUBJECT = "alphapulse.bench"


@contextmanager
def serve(folder: Path) -> Generator[str]:
    """Run a nats-server while the context is open; gives its URL.

    Raises:
        ConfigRefused: There is no nats-server on this machine.
    """
    line = [nats_server(), "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", str(folder)]
    with command(line):
        wait_until(lambda: port_of(folder) is not None)
        yield f"nats://127.0.0.1:{port_of(folder)}"


async def sender(address: str) -> Send:
    """Connect the one publisher: one publish a frame."""
    import nats

    client = await nats.connect(address)

    async def send(frames: Sequence[bytes]) -> None:
        for frame in frames:
            await client.publish(SUBJECT, frame)

    return send


async def read(address: str, take: Take) -> None:
    """Connect one subscriber and hear until it ends."""
    import nats
    from nats.aio.msg import Msg

    client = await nats.connect(address)

    async def heard(message: Msg) -> None:
        take(message.data)

    await client.subscribe(SUBJECT, cb=heard)
    await asyncio.get_running_loop().create_future()
