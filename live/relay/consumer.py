"""One connection of a reader, v1 or v2: carries out what its visit says, and nothing else.

Readers are never trusted and never waited for. The transport's own buffer is kept small, so that
what a slow reader has not taken waits where frames can give way whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, cast

from domain.clock import Clock
from domain.errors import RemoteWireError
from live.relay.fanout import Fanout, Reader
from live.relay.hub import Hub
from live.relay.members import Member
from live.relay.parcels import Parcel
from live.relay.visit import (
    Act,
    HangUp,
    Join,
    Replay,
    ServeV1,
    StopReading,
    Visit,
    Want,
    Write,
)

WRITE_BUFFER_BYTES = 256 * 1024
"""In the transport, before frames wait in a queue of ours: enough for one wake-up's burst."""
LAST_WORDS_S = 2.0
"""How long a refused client may take to read why, before it is dropped."""


class Floor(Protocol):
    """What a connection needs of the relay."""

    clock: Clock
    market: Fanout
    hub: Hub

    def entered(self, consumer: Consumer) -> str:
        """Count a connection in; gives why it may not stay, or nothing."""
        ...

    def left(self, consumer: Consumer) -> None:
        """Count a connection out."""
        ...


class Consumer(asyncio.Protocol):
    """One reader's connection.

    Args:
        floor: The relay.
        door: Name of the socket it came by.
        opens_as_v1: Whether this socket streams v1 before anything was said.
    """

    def __init__(self, floor: Floor, door: str, *, opens_as_v1: bool) -> None:
        self._floor = floor
        self._door = door
        self._visit = Visit(opens_as_v1=opens_as_v1, no_room=floor.entered(self))
        self._is_full = False
        self._transport: asyncio.Transport | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._reader: Reader | None = None
        self._member: Member | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, and wait for its hello where one is due."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        self._do(self._visit.opened())
        if self._visit.is_undecided:
            grace_s = self._floor.hub.limits.grace_ms / 1000
            loop = asyncio.get_running_loop()
            self._grace = loop.call_later(grace_s, lambda: self._do(self._visit.silent()))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (how it left is its own affair)
        """Forget it everywhere."""
        self._transport = None
        self._leave()
        self._floor.left(self)

    def data_received(self, data: bytes) -> None:
        """Hear it, and do what follows."""
        if self._transport is not None and not self._transport.is_closing():
            self._do(self._visit.receive(data, self._floor.clock.now_ns()))

    def pause_writing(self) -> None:
        """Let frames wait: it is behind."""
        self._is_full = True
        if self._reader is not None:
            self._reader.is_paused = True
        if self._member is not None:
            self._floor.hub.pause(self._member)

    def resume_writing(self) -> None:
        """Write all that waited, in one go."""
        self._is_full = False
        if self._reader is not None:
            self._reader.resume()
        if self._member is not None:
            self._floor.hub.resume(self._member)

    def write(self, parcels: Sequence[Parcel], joined: bytes) -> None:  # noqa: ARG002 (a sink's signature)
        """Take what the hub has for it."""
        if self._transport is not None:
            self._transport.write(joined)

    def cut_off(self, reason: str) -> None:
        """Say why and hang up: the hub will not wait for it any longer."""
        self._member = None
        self._hang_up_after(reason)

    def hang_up(self) -> None:
        """Close once what was written has left; drop a reader that is stuck."""
        self._leave()
        if self._transport is not None:
            if self._is_full:
                self._transport.abort()
            else:
                self._transport.close()

    def _hang_up_after(self, reason: str) -> None:
        self._do(self._visit.refuse(reason, self._floor.clock.now_ns()))

    def _do(self, acts: Sequence[Act]) -> None:
        for act in acts:
            try:
                self._carry_out(act)
            except RemoteWireError as error:
                self._hang_up_after(str(error))

    def _carry_out(self, act: Act) -> None:
        transport = self._transport
        if transport is None:
            return
        match act:
            case ServeV1():
                self._reader = self._floor.market.join(transport)
                self._reader.is_paused = self._is_full
            case Write():
                transport.write(act.data)
            case Join():
                self._join(act, transport)
            case Want() if self._member is not None:
                self._floor.hub.subscribe(self._member, act.subscribe)
            case Replay() if self._member is not None:
                self._floor.hub.replay(self._member, act.request)
            case StopReading():
                transport.pause_reading()
            case HangUp():
                self._close(transport)
            case _:
                pass

    def _join(self, join: Join, transport: asyncio.Transport) -> None:
        self._leave()
        transport.write(join.welcome)
        self._member = self._floor.hub.attach(
            self,
            name=f"{join.client} by {self._door}",
            has_marks=join.has_marks,
            has_counts=join.has_counts,
        )
        self._member.is_paused = self._is_full

    def _close(self, transport: asyncio.Transport) -> None:
        self._leave()
        transport.close()
        asyncio.get_running_loop().call_later(LAST_WORDS_S, transport.abort)

    def _leave(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
        if self._reader is not None:
            self._floor.market.leave(self._reader)
            self._reader = None
        if self._member is not None:
            self._floor.hub.leave(self._member)
            self._member = None
