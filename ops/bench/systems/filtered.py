"""Our relay read by v2 clients with a filter on channel, venue and pair that lets all pass."""

from __future__ import annotations

from pathlib import Path

from live.protocol import v2
from live.protocol.v2.table import TABLE
from live.relay.sockets import DEFI
from live.relay.subscription import Subscription
from live.relay.v2_client import hear
from ops.bench.systems import PAIR, VENUE, Take
from ops.bench.systems.ours import sender, serve

__all__ = ["read", "sender", "serve"]

_DRESSED = TABLE.by_message[v2.V1Frame].number


async def read(address: str, take: Take) -> None:
    """Connect one subscriber and hear for ever."""
    wanted = v2.Subscribe(1, channels=("market",), venues=(VENUE,), pairs=(PAIR,))
    async for frames in hear(Path(address) / DEFI, Subscription(wanted, name="bench")):
        take([frame for frame in frames if frame.schema == _DRESSED])
