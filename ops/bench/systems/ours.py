"""Our relay as `alphapulse relay --config` runs it, read by v1 clients on its Unix socket."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from live.protocol import v1
from live.relay.client import Publisher
from live.relay.sockets import MARKET
from ops.bench.children import child
from ops.bench.systems import SYMBOL, Send, publishing
from ops.bench.systems.cutting import Take, hear
from ops.bench.systems.cutting import v1_cutter as cutter
from ops.bench.waiting import wait_until

__all__ = ["cutter", "read", "sender", "serve"]

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
    return await publishing(Publisher(Path(address) / INGEST, lambda: [mapping]))


async def read(address: str, take: Take) -> None:
    """Connect one subscriber and hear until the connection ends."""
    await hear(Path(address) / MARKET, take)
