"""A paper exchange that speaks every dialect at once, and mishaps for what it says on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from live.aio.clock import WallClock
from rehearsal.exchange.dialects.binance import Binance, BinanceFutures
from rehearsal.exchange.dialects.bitget import Bitget
from rehearsal.exchange.dialects.bybit import Bybit
from rehearsal.exchange.dialects.coinbase import Coinbase
from rehearsal.exchange.dialects.feed import Voices
from rehearsal.exchange.dialects.okx import Okx
from rehearsal.exchange.dialects.voice import Voice
from rehearsal.exchange.venue import Venue
from tests.kit.exchange import PaperExchange

CLIENTS: dict[str, type[Voice]] = {
    "okx": Okx,
    "bitget": Bitget,
    "binance": Binance,
    "binanceusdm": BinanceFutures,
    "coinbase": Coinbase,
    "bybit": Bybit,
}
"""ccxt's client to the voice that answers it."""

Mishap = Callable[[list[str]], Iterable[str]]
"""What becomes of some changes of a book, in order."""
_CHANGE = re.compile(r'"action":"update"|"e":"depthUpdate"|"type":"update"|"type":"delta"')
_RESTING = re.compile(r'"\d+\.\d\d"(,(?:"new_quantity":)?"(?!0\.0+"|new))')
_PRICE = re.compile(r'"(\d+\.\d\d)"')


@asynccontextmanager
async def speaking_exchange(folder: Path) -> AsyncIterator[tuple[PaperExchange, Voices]]:
    """Run an exchange that tells its book in every dialect, on one free port."""
    venue = Venue(folder / "exchange" / "exchange.sqlite", WallClock())
    voices, app = Voices(venue), web.Application()
    voices.add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        yield PaperExchange(venue, f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}"), voices
    finally:
        await voices.close()
        await runner.cleanup()
        venue.close()


def once(count: int, mishap: Mishap) -> Callable[[type[Voice], str], Iterable[str]]:
    """Let a mishap befall the next `count` changes of every voice together, and no later ones."""
    held: dict[type[Voice], list[str]] = {}

    def garble(voice: type[Voice], frame: str) -> Iterable[str]:
        waiting = held.setdefault(voice, [])
        if not _CHANGE.search(frame) or len(waiting) >= count:
            return [frame]
        waiting.append(frame)
        return mishap(waiting) if len(waiting) == count else []

    return garble


def with_first_price(change: Callable[[str], str]) -> Mishap:
    """Alter the first price of a change."""
    return lambda frames: [_PRICE.sub(lambda found: f'"{change(found[1])}"', frames[0], count=1)]


def with_a_bid_above_all(frames: list[str]) -> list[str]:
    """Let the first level that rests, a bid where bids are told first, be dearer than any."""
    return [_RESTING.sub(r'"9999.00"\1', frames[0], count=1)]
