"""A relay joined to others by NATS JetStream: gives them its frames, takes theirs, for ever.

A server that is absent costs the relay nothing but the others: its own readers go on, what it has
to say waits, bounded, and health and metrics say so. When the server is back nothing that waited is
missing; what had to give way is told to the others as a gap. Guarantees and their limits are in
docs/relay.md.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import nats.errors

from domain.clock import Clock
from domain.errors import Transient
from live.aio.backoff import Backoff
from live.aio.waiting import until
from live.protocol import v2
from live.relay.hub import Hub
from live.relay.nats.arrivals import Feed
from live.relay.nats.lane import LaneState
from live.relay.nats.letters import DEFI_LANE, MARKET_LANE, Letter, letter_of, subject_of
from live.relay.nats.link import Link, LinkBroken, end_all
from live.relay.nats.ports import Wire, new_wire
from live.relay.nats.settings import NatsSettings
from live.relay.parcels import Parcel
from live.relay.wrapping import MARKET

ORIGIN = "nats"
"""Name of this ingest: what came by it is never published again."""
CONNECT_S = 3.0
FAREWELL_S = 2.0
"""At a stop, for what still waits: a few thousand letters; a process is given more in all."""
_BROKEN = (nats.errors.Error, LinkBroken, OSError, TimeoutError, RuntimeError)
"""How a link ends; RuntimeError is what uvloop says of a write to a connection just closed."""
_SECRETS = {
    "user": "ALPHAPULSE_NATS_USER",
    "password": "ALPHAPULSE_NATS_PASSWORD",
    "token": "ALPHAPULSE_NATS_TOKEN",
    "user_credentials": "ALPHAPULSE_NATS_CREDS",
}
"""What the client is told -> the variable of the environment that says it; the last is a path."""


class Floor(Protocol):
    """What the join needs of the relay."""

    clock: Clock
    hub: Hub

    def feed(self, origin: str, tracker: v2.SequenceTracker | None = None) -> Feed:
        """Make what takes v2 frames in."""
        ...

    def market_feed(self, origin: str, *, is_stamping: bool = True) -> Feed:
        """Make what takes v1 frames in."""
        ...

    def flush_market(self) -> None:
        """Write what market data is pending."""
        ...


class NatsJoin:
    """One relay's part in the join; it collects what the relay takes in from the moment it is made.

    Args:
        relay: The relay.
        settings: How it takes part.
        folder: Of what it must remember.
        told: Hears why the others cannot be reached, and nothing once they can.
        environment: Where the secrets are.

    Raises:
        StorageFailed: The folder cannot be written.
        RemoteWireError: The settings name a channel that does not exist.
    """

    def __init__(
        self,
        relay: Floor,
        settings: NatsSettings,
        folder: Path,
        told: Callable[[str], None],
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._relay = relay
        self._settings = settings
        self._told = told
        self._secrets = {
            key: environment[name] for key, name in _SECRETS.items() if environment.get(name)
        }
        self._identity = f"{settings.name}-{relay.clock.now_ns()}"
        self._market = LaneState(
            MARKET_LANE, settings, folder, lambda: relay.market_feed(ORIGIN, is_stamping=False)
        )
        self._defi = LaneState(
            DEFI_LANE, settings, folder, lambda: relay.feed(ORIGIN, v2.SequenceTracker())
        )
        self.lanes: Sequence[LaneState] = (self._market, self._defi)
        self.is_connected = False
        if settings.publish:
            member = relay.hub.attach(self, name=ORIGIN, skip_origin=ORIGIN)
            relay.hub.subscribe(member, v2.Subscribe(1, channels=settings.publish))

    def write(self, parcels: Sequence[Parcel], joined: bytes) -> None:  # noqa: ARG002 (a sink's signature)
        """Take what the relay took in; its own words to us (position 0) are not for the others."""
        prefix, identity = self._settings.prefix, self._identity
        for parcel in parcels:
            if parcel.position:
                lane = self._market if parcel.route.channel == MARKET else self._defi
                lane.put(letter_of(parcel, prefix, identity))

    def cut_off(self, reason: str) -> None:
        """Never happens: this sink takes everything at once and is never paused."""

    async def run(self) -> None:
        """Connect, publish and read, for ever; run it as a task."""
        settled = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.call_later(self._settings.settle_ms / 1000, settled.set)
        backoff = Backoff()
        while True:
            connection = asyncio.ensure_future(self._connection(settled, backoff))
            try:
                await asyncio.wait({connection})
                connection.result()
            except _BROKEN as error:
                self.is_connected = False
                self._told(f"the other relays cannot be reached: {_reason(error)}")
            finally:
                await end_all([connection])
            await asyncio.sleep(backoff.next_s())

    async def finish(self, within_s: float = FAREWELL_S) -> None:
        """Wait until the server has all we have to say; not for one that is away, nor for ever."""
        with suppress(Transient):
            await until(
                lambda: not self.is_connected or not self._has_more_to_say(), within_s=within_s
            )

    def _has_more_to_say(self) -> bool:
        return any(lane.spool.waiting or lane.spool.under_way for lane in self.lanes)

    async def _connection(self, settled: asyncio.Event, backoff: Backoff) -> None:
        wire = new_wire()
        link = Link(wire, self._settings, self.lanes, self._flush, self._say_what_is_missing)

        async def closed() -> None:
            link.lost("the connection to the NATS server has ended")

        try:
            await asyncio.wait_for(self._connect(wire, closed), CONNECT_S)
            await link.open()
            self._say_what_is_missing()
            self.is_connected = True
            backoff.reset()
            self._told("")
            await link.run(settled)
        finally:
            await wire.close()

    async def _connect(self, wire: Wire, closed: Callable[[], Any]) -> None:
        await wire.connect(
            self._settings.url,
            name=f"alphapulse-relay-{self._settings.name}",
            error_cb=_say_nothing,
            disconnected_cb=closed,
            closed_cb=closed,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,  # the waiting between attempts is ours
            **self._secrets,
        )

    def _say_what_is_missing(self) -> None:
        """Tell the others, where they hear it next, what had to give way while they were away."""
        for lane in self.lanes:
            for channel, frames in lane.spool.missing():
                notice = v2.GapNotice(self._settings.name, 0, frames, channel, frames)
                now_ns = self._relay.clock.now_ns()
                raw = v2.encode(notice, source=v2.SOURCE_RELAY, sequence=0, sent_ns=now_ns)
                subject = subject_of(self._settings.prefix, v2.CONTROL, (self._settings.name,), ())
                named = f"{self._identity}-{channel}-{now_ns}"
                self._defi.put(Letter(subject, named, v2.CONTROL, raw))

    def _flush(self) -> None:
        self._relay.flush_market()
        self._relay.hub.flush()


async def _say_nothing(_error: Exception) -> None:
    """Keep the library's own log quiet: what it cannot mend ends the link, which is told."""


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
