"""A paper exchange on a free port and ccxt clients that speak to it, for the length of a test."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.clock import Clock
from domain.venues.kraken import client_options, rewritten_urls
from live.aio.clock import WallClock
from rehearsal.exchange.commands import Quote
from rehearsal.exchange.server import listening
from rehearsal.exchange.signing import Doorkeeper
from rehearsal.exchange.venue import MAKER, Venue
from rehearsal.faults import Fault, order_fault

KEY = "test-key"
SECRET = base64.b64encode(b"a secret of thirty-two bytes, ok").decode()
WHOLE = 10**8
"""One ETH in lots."""


@dataclass
class PaperExchange:
    """A running exchange and the clients that were made for it."""

    venue: Venue
    rest_url: str
    ws_url: str
    clients: list[Any] = field(default_factory=list)

    def client(self, key: str = KEY, secret: str = SECRET) -> Any:
        """Build an unmodified ccxt.pro client; it is closed with the exchange."""
        import ccxt.pro

        client = ccxt.pro.kraken(client_options(key, secret))
        client.urls = rewritten_urls(client.urls, self.rest_url, self.ws_url)
        self.clients.append(client)
        return client

    def quote(self, mid_ticks: int = 300_000, lots: int = WHOLE, levels: int = 10) -> None:
        """Let the market maker quote a ladder ten ticks apart around a price."""
        steps = range(1, levels + 1)
        bids = tuple((mid_ticks - 10 * step, lots) for step in steps)
        asks = tuple((mid_ticks + 10 * step, lots) for step in steps)
        self.venue.execute(Quote(MAKER, bids, asks))

    async def fault(self, fault: Fault) -> None:
        """Order a fault."""
        await order_fault(self.rest_url, fault)


@asynccontextmanager
async def paper_exchange(folder: Path, clock: Clock | None = None) -> AsyncIterator[PaperExchange]:
    """Run an exchange whose file is in `folder`, by the time of the wall unless given another."""
    venue = Venue(folder / "exchange" / "exchange.sqlite", clock or WallClock())
    keeper = Doorkeeper(KEY, SECRET, venue.nonces())
    try:
        async with listening(venue, keeper, "127.0.0.1", 0) as port:
            desk = PaperExchange(venue, f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}")
            try:
                yield desk
            finally:
                for client in desk.clients:
                    await client.close()
    finally:
        venue.close()


def on_exchange(
    scenario: Callable[[PaperExchange, Any], Awaitable[None]],
) -> Callable[[Path], None]:
    """Turn a scenario into a test with an exchange that quotes 3000 and a client."""

    def test(tmp_path: Path) -> None:
        async def run() -> None:
            async with paper_exchange(tmp_path) as desk:
                desk.quote()
                await scenario(desk, desk.client())

        asyncio.run(run())

    test.__name__, test.__doc__ = scenario.__name__, scenario.__doc__
    return test
