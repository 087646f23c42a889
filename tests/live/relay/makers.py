"""Frames, parcels and relays for tests of the relay, where most of a message does not matter."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from live.protocol import v1, v2
from live.relay.config import desk_settings
from live.relay.parcels import Parcel, state_of
from live.relay.policies import Limits
from live.relay.relay import Relay
from tests.kit.clock import noon_clock
from tests.kit.wire import a_pool_state, an_opportunity

SOURCE = 9


def wire(message: v2.Message, sequence: int = 0, source: int = SOURCE) -> bytes:
    """Write a message as its producer would."""
    return v2.encode(message, source=source, sequence=sequence, sent_ns=1)


def frame(message: v2.Message, sequence: int = 0, source: int = SOURCE) -> v2.Frame:
    """Write a message and cut it again."""
    [found] = v2.Decoder().feed(wire(message, sequence, source))
    return found


def parcel(
    message: v2.Message, position: int = 1, origin: str = "", source: int = SOURCE
) -> Parcel:
    """Make a parcel as the relay does; its sequence is its position."""
    found = frame(message, position, source)
    return Parcel(found.raw, v2.route_of(found), position, origin, *state_of(found))


def pool(venue: str = "univ2-a", position: int = 1, block: int = 1) -> Parcel:
    """Make the parcel of a pool's state."""
    return parcel(a_pool_state(venue, block), position)


def signal(position: int = 1, **told) -> Parcel:
    """Make the parcel of an opportunity."""
    return parcel(an_opportunity(position, **told), position)


def a_book(
    symbol: str = "ETH/USDC", sequence: int = 1, *, is_full: bool = True
) -> v2.OrderBookState:
    """State a book, or what changed in it."""
    routing = v2.Routing(venues=("paper",), pairs=("ETH-USDC",))
    return v2.OrderBookState(
        routing, "paper", symbol, "a", "b", is_full, sequence, 2, 8, ((100, 1),), ()
    )


def an_alert(name: str = "drawdown") -> v2.RiskAlert:
    """Raise an alert that may not be lost."""
    return v2.RiskAlert(v2.Routing(), name, "critical", "desk", "", "", "", "", False, 1)


def beats(start: int, count: int) -> list[bytes]:
    """Write so many v1 heartbeats, numbered."""
    return [v1.encode(v1.Heartbeat(1, n), n) for n in range(start, start + count)]


def messages(raw: bytes) -> list[object]:
    """Read every message in some bytes."""
    return [found.message for found in v2.Decoder().feed(raw)] if raw else []


@asynccontextmanager
async def a_relay(folder: Path, clock=None, *, settings=None, **limits) -> AsyncIterator[Relay]:
    """Run a relay on real sockets."""
    told = settings or desk_settings(folder)
    told = msgspec.structs.replace(told, limits=msgspec.structs.replace(told.limits, **limits))
    relay = Relay(clock or noon_clock(), lambda *_: None, told)
    await relay.listen()
    try:
        yield relay
    finally:
        await relay.close()
        await asyncio.sleep(0)


def connected(path: Path, receive_bytes: int = 4096) -> socket.socket:
    """Connect as a reader whose kernel holds little for it."""
    found = socket.socket(socket.AF_UNIX)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    found.connect(str(path))
    found.setblocking(False)
    return found


class HeardSink:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.reason = ""

    def write(self, parcels, joined: bytes) -> None:
        assert joined == b"".join(found.raw for found in parcels)
        self.writes.append(joined)

    def cut_off(self, reason: str) -> None:
        self.reason = reason

    @property
    def messages(self) -> list[object]:
        return messages(b"".join(self.writes))

    def of(self, kind: type) -> list[object]:
        return [message for message in self.messages if isinstance(message, kind)]


SMALL = Limits(queue_bytes=3_000, replay_frames=8, expiries=8)
