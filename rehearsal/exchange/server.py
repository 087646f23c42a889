"""The exchange as a process: one loopback port for REST, WebSocket and the house's own door.

Where it listens stands in the desk card, who may trade in the environment
(``ALPHAPULSE_EXCHANGE_KEY``, ``ALPHAPULSE_EXCHANGE_SECRET``).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web
from prometheus_client import Counter

from domain.errors import ConfigRefused
from domain.home import DeskHome
from live.aio.process import serve
from live.aio.service import Service
from rehearsal.exchange.admin import add_admin_routes
from rehearsal.exchange.afterthoughts import Afterthoughts
from rehearsal.exchange.commands import Outcome
from rehearsal.exchange.dialects.feed import Voices
from rehearsal.exchange.kraken_rest import Rest
from rehearsal.exchange.kraken_ws import Feed
from rehearsal.exchange.signing import Doorkeeper
from rehearsal.exchange.venue import Venue
from rehearsal.faults import FaultBoard

KEY_VARIABLE = "ALPHAPULSE_EXCHANGE_KEY"
SECRET_VARIABLE = "ALPHAPULSE_EXCHANGE_SECRET"  # noqa: S105 (a name, not a secret)

_TRADES = Counter("alphapulse_exchange_trades_total", "Trades matched by the paper exchange.")
_COMMANDS = Counter("alphapulse_exchange_commands_total", "Commands kept by the paper exchange.")


def main(home: DeskHome) -> None:
    """Run the ``exchange`` process until it is asked to stop."""
    serve("exchange", home, _run)


async def _run(service: Service) -> None:
    key, secret = os.environ.get(KEY_VARIABLE, ""), os.environ.get(SECRET_VARIABLE, "")
    venue = Venue(service.home.exchange_db, service.clock)
    venue.listen(_count)
    address = urlsplit(service.card.exchange.rest_url)
    host, port = address.hostname or "127.0.0.1", address.port or 0
    try:
        doorkeeper = Doorkeeper(key, secret, venue.nonces())
        async with listening(venue, doorkeeper, host, port) as taken:
            service.log.info("listening", port=taken)
            service.ready()
            await service.stopping.wait()
    finally:
        venue.close()


@asynccontextmanager
async def listening(
    venue: Venue, doorkeeper: Doorkeeper, host: str, port: int
) -> AsyncIterator[int]:
    """Serve an exchange while the block runs.

    Args:
        venue: The exchange; stays open afterwards.
        doorkeeper: Who may use the private half.
        host: Address to listen on.
        port: 0 takes a free one.

    Yields:
        The port taken.

    Raises:
        ConfigRefused: The port is taken by somebody else.
    """
    closing = asyncio.Event()
    faults, feed, voices = FaultBoard(), Feed(venue), Voices(venue)
    afterthoughts = Afterthoughts(venue, faults)
    rest = Rest(venue, doorkeeper, faults, closing, afterthoughts)
    app = web.Application()
    app.router.add_get("/0/public/{method}", rest.handle_public)
    app.router.add_post("/0/private/{method}", rest.handle_private)
    app.router.add_get("/v2", feed.handle)
    voices.add_routes(app)
    add_admin_routes(app, venue, faults, cut=lambda: feed.cut() + voices.cut())
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=2.0)
    await runner.setup()
    try:
        yield await _listen(runner, host, port)
    finally:
        closing.set()
        await afterthoughts.close()
        await feed.close()
        await voices.close()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> int:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise ConfigRefused(
            f"the paper exchange cannot listen: {error.strerror}; is one running already?",
            port=port,
        ) from error
    return runner.addresses[0][1]


def _count(outcome: Outcome) -> None:
    _COMMANDS.inc()
    _TRADES.inc(len(outcome.trades))
