"""Our relay read by v2 clients with a filter on channel, venue and pair that lets all pass."""

from __future__ import annotations

from pathlib import Path

from live.protocol import v2
from live.relay.sockets import DEFI
from ops.bench.systems import PAIR, VENUE
from ops.bench.systems.cutting import Take, hear
from ops.bench.systems.cutting import v2_cutter as cutter
from ops.bench.systems.ours import sender, serve

__all__ = ["cutter", "read", "sender", "serve"]


async def read(address: str, take: Take) -> None:
    """Connect one subscriber and hear until the connection ends."""
    wanted = v2.Subscribe(1, channels=("market",), venues=(VENUE,), pairs=(PAIR,))
    await hear(Path(address) / DEFI, take, greeting(wanted))


def greeting(wanted: v2.Subscribe) -> bytes:
    """Give what a subscriber says first: a hello, and in the same breath what it wants."""
    hello = v2.ClientTalk(may_fall_back=False, name="bench").hello()
    return hello + v2.encode(wanted, source=0, sequence=0, sent_ns=0)
