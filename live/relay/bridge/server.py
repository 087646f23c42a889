"""The bridge to browsers: a WebSocket each, JSON or whole v2 frames, under the relay's policies.

A browser's first message says what it wants; what it is given, and what gives way when it is slow,
is the hub's affair as for every other reader. A frame is written as JSON once, however many
browsers want it. Two subprotocols: ``alphapulse.json`` (one frame a message; also without any
subprotocol) and ``alphapulse.binary`` (each message is one or more whole v2 frames).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec
from prometheus_client import Gauge

from domain.clock import Clock
from domain.errors import ConfigRefused, RemoteWireError
from live.relay.bridge.json_form import told_of
from live.relay.bridge.settings import BridgeSettings, may_read
from live.relay.bridge.words import wanted_by
from live.relay.hub import Hub
from live.relay.market_memory import MarketMemory
from live.relay.members import Member
from live.relay.parcels import Parcel

if TYPE_CHECKING:
    from aiohttp import web

JSON, BINARY = "alphapulse.json", "alphapulse.binary"
MOST_WAITING_BYTES = 256 * 1024
"""Before the hub's queue takes over, as for readers on sockets (`consumer.py`)."""
MOST_SAID_BYTES = 64 * 1024
FIRST_WORD_S = 10.0
"""For a browser to say what it wants."""
GOODBYE_S = 1.0
"""For a browser to take a close frame."""
HEARTBEAT_S = 20.0
"""Between pings; one that answers none in half of that is gone."""
_REMEMBERED_TEXTS = 4_096
_POLICY = 1008
"""Close code of RFC 6455 for a peer that does not hold to our rules."""
_MOST_REASON_BYTES = 120
"""A close frame carries 125 bytes, two of them the code."""

_BROWSERS = Gauge("alphapulse_relay_browsers", "Browsers connected to the bridge.")


class Floor(Protocol):
    """What the bridge needs of the relay."""

    clock: Clock
    hub: Hub
    memory: MarketMemory


class Bridge:
    """The listening side, and what all browsers share.

    Args:
        floor: The relay.
        settings: Where it listens and who may read.
    """

    def __init__(self, floor: Floor, settings: BridgeSettings) -> None:
        self._floor = floor
        self._settings = settings
        self._runner: web.AppRunner | None = None
        self._texts: dict[bytes, bytes] = {}
        self._browsers: set[Browser] = set()

    async def listen(self) -> int:
        """Open the port; gives the one that was taken.

        Raises:
            ConfigRefused: Another program has it, or the host is not ours.
        """
        from aiohttp import web  # costs 0.2 s, and only relays with a bridge need it

        app = web.Application()
        app.router.add_get("/", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigRefused(
                f"the bridge cannot listen: {error.strerror}", port=self._settings.port
            ) from error
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Hang up on everybody and close the port."""
        for browser in list(self._browsers):
            await browser.close("this relay is going away")
        if self._runner is not None:
            await self._runner.cleanup()

    def text_of(self, parcel: Parcel) -> bytes:
        """Give a frame as JSON; written once while it is young.

        Raises:
            RemoteWireError: Its payload is not of its type or schema.
        """
        text = self._texts.get(parcel.raw)
        if text is None:
            if len(self._texts) >= _REMEMBERED_TEXTS:
                self._texts.clear()
            text = told_of(parcel, self._floor.memory.text, self._floor.clock.now_ns())
            self._texts[parcel.raw] = text
        return text

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        if not may_read(request.headers.get("Origin"), self._settings):
            raise web.HTTPForbidden(text="this page is not among the relay's origins")
        if len(self._browsers) >= self._settings.browsers:
            raise web.HTTPServiceUnavailable(text="this relay serves as many browsers as it may")
        socket = web.WebSocketResponse(
            protocols=(JSON, BINARY),
            heartbeat=HEARTBEAT_S,
            compress=False,
            max_msg_size=MOST_SAID_BYTES,
        )
        await socket.prepare(request)
        name = f"ws:{request.remote}"
        browser = Browser(self, self._floor.hub, socket, request.transport, name=name)
        self._browsers.add(browser)
        _BROWSERS.set(len(self._browsers))
        try:
            await browser.stay()
        finally:
            self._browsers.discard(browser)
            _BROWSERS.set(len(self._browsers))
        return socket


class Browser:
    """One browser's connection; a sink of the hub.

    Args:
        bridge: Writes frames as JSON.
        hub: Where it is a member.
        socket: Open.
        transport: Below it, to cut off one that takes not even a goodbye.
        name: For logs.
    """

    def __init__(
        self,
        bridge: Bridge,
        hub: Hub,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        *,
        name: str,
    ) -> None:
        self._bridge = bridge
        self._hub = hub
        self._socket = socket
        self._transport = transport
        self._is_binary = socket.ws_protocol == BINARY
        self._member: Member | None = hub.attach(self, name=name)
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._has_waiting = asyncio.Event()
        self._requests = 0

    def write(self, parcels: Sequence[Parcel], joined: bytes) -> None:
        """Take what the hub has for it; beyond a bound the hub keeps the rest."""
        messages = [joined] if self._is_binary else self._texts(parcels)
        self._waiting += messages
        self._waiting_bytes += sum(map(len, messages))
        self._has_waiting.set()
        if self._waiting_bytes > MOST_WAITING_BYTES and self._member is not None:
            self._hub.pause(self._member)

    def cut_off(self, reason: str) -> None:
        """Hang up: the hub will not wait for it any longer."""
        self._member = None
        self._closing = asyncio.ensure_future(self.close(reason))

    async def stay(self) -> None:
        """Serve it until it leaves."""
        sending = asyncio.ensure_future(self._send())
        try:
            await self._hear()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            if self._member is not None:
                self._hub.leave(self._member)

    async def close(self, reason: str) -> None:
        """Say why, as far as a close frame can, and hang up; on one that does not read, at once."""
        said = self._socket.close(code=_POLICY, message=reason.encode()[:_MOST_REASON_BYTES])
        try:
            await asyncio.wait_for(said, GOODBYE_S)
        except TimeoutError:
            if self._transport is not None:
                self._transport.abort()

    async def _hear(self) -> None:
        from aiohttp import WSMsgType

        while not self._socket.closed:
            wait_s = None if self._requests else FIRST_WORD_S
            try:
                said = await self._socket.receive(wait_s)
            except TimeoutError:
                await self.close('say {"msg_type": "subscribe"} to be given anything')
                return
            if said.type is not WSMsgType.TEXT or self._member is None:
                return
            self._requests += 1
            try:
                self._hub.subscribe(self._member, wanted_by(said.data, self._requests))
            except RemoteWireError as error:
                await self.close(str(error))
                return

    async def _send(self) -> None:
        from aiohttp import WSMsgType

        kind = WSMsgType.BINARY if self._is_binary else WSMsgType.TEXT
        while True:
            await self._has_waiting.wait()
            messages, self._waiting = self._waiting, []
            try:
                for message in messages:
                    await self._socket.send_frame(message, kind)
            except (ConnectionError, RuntimeError):
                return  # it has gone; whoever hears it finds out, too
            self._take_more()

    def _take_more(self) -> None:
        self._waiting_bytes = sum(map(len, self._waiting))
        if not self._waiting:
            self._has_waiting.clear()
        if self._member is not None and self._member.is_paused:
            self._hub.resume(self._member)

    def _texts(self, parcels: Sequence[Parcel]) -> list[bytes]:
        texts: list[bytes] = []
        for parcel in parcels:
            try:
                texts.append(self._bridge.text_of(parcel))
            except RemoteWireError as error:
                notice = {"msg_type": "unreadable", "channel": parcel.route.channel}
                texts.append(msgspec.json.encode({**notice, "reason": str(error)}))
        return texts
