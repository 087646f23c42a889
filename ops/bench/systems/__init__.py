"""What a frame can travel through: our relay and its peers, one file each, with the same three.

`serve(folder)` runs the server as a process of its own and gives its address; `sender(address)` and
`read(address, take)` are its clients. Nothing measures. So that servers are compared and not
clients, ours and the plain broadcast have the same ones, on uvloop; NATS has its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from live.aio.waiting import until
from live.relay.client import Publisher
from ops.bench.systems.cutting import Cutter, Take

Send = Callable[[Sequence[bytes]], Awaitable[None]]
"""Hands frames over, each on its own; returns when the client would take more."""


VENUE, PAIR = "paper", "ETH-USDC"
SYMBOL = f"{VENUE}:{PAIR}"
"""What the trades are of."""


class System(Protocol):
    """What each module here is."""

    def serve(self, folder: Path) -> AbstractContextManager[str]:
        """Run the server while the context is open; gives its address."""
        ...

    async def sender(self, address: str) -> Send:
        """Connect the one publisher."""
        ...

    async def read(self, address: str, take: Take) -> None:
        """Connect one subscriber and hear until the connection ends."""
        ...

    def cutter(self) -> Cutter:
        """Make what cuts a subscriber's stream into frames."""
        ...


async def publishing(publisher: Publisher) -> Send:
    """Connect a publisher of ours; what is handed over in one turn of the loop is one write."""
    running = asyncio.ensure_future(publisher.run())
    await until(lambda: publisher.is_connected)

    async def send(frames: Sequence[bytes]) -> None:
        if running.done():
            running.result()
        publisher.send(*frames)

    return send


def system(name: str) -> System:
    """Give a system by the name of its module."""
    return cast("System", import_module(f"{__name__}.{name}"))
