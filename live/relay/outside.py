"""What a relay does beyond its own sockets: the join to other relays, the bridge to browsers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from live.aio.service import Process
from live.relay.bridge.settings import BridgeSettings
from live.relay.config import RelaySettings
from live.relay.nats.settings import NatsSettings
from live.relay.relay import Relay


@asynccontextmanager
async def outside(process: Process, relay: Relay, settings: RelaySettings) -> AsyncGenerator[None]:
    """Run what the settings ask for while the context is open.

    Enter it before the relay listens: then nothing that comes in is missed.

    Raises:
        ConfigRefused: The bridge's port is taken.
        StorageFailed: The relay's folder cannot be written.
    """
    async with AsyncExitStack() as stack:
        if settings.nats is not None:
            joined = _joined(process, relay, settings, settings.nats)
            await stack.enter_async_context(joined)
        if settings.websocket is not None:
            await stack.enter_async_context(_bridged(process, relay, settings.websocket))
        yield


@asynccontextmanager
async def _joined(
    process: Process, relay: Relay, settings: RelaySettings, nats: NatsSettings
) -> AsyncGenerator[None]:
    from live.relay.nats.join import NatsJoin  # costs 0.5 s, and only joined relays need it
    from live.relay.nats.metrics import exported_join

    def told(reason: str) -> None:
        if reason:
            process.degraded(reason)
        elif process.health().state == "degraded":
            process.ready()

    join = NatsJoin(relay, nats, Path(settings.folder), told)
    with exported_join(join):
        running = process.spawn(join.run(), "nats")
        try:
            yield
        finally:
            await join.finish()
            running.cancel()


@asynccontextmanager
async def _bridged(
    process: Process, relay: Relay, websocket: BridgeSettings
) -> AsyncGenerator[None]:
    from live.relay.bridge.server import Bridge

    bridge = Bridge(relay, websocket)
    process.log.info("serving browsers", port=await bridge.listen())
    try:
        yield
    finally:
        await bridge.close()
