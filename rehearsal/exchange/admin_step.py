"""What the house sends through its own door in one request: plain data for both ends."""

from __future__ import annotations

import msgspec

from rehearsal.exchange.commands import Levels


class CrowdOrder(msgspec.Struct, frozen=True):
    """Somebody in the crowd trades at market."""

    side: str
    lots: int


class HouseStep(msgspec.Struct, frozen=True):
    """One step of the market at the exchange: a ladder, and perhaps a trade against it."""

    bids: Levels
    asks: Levels
    crowd: CrowdOrder | None = None
