"""The market as one large order sees it: the books that can be read now, and what was seen so far.

A venue whose book cannot be read, or has a side without orders, offers nothing; it is not empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from domain.algorithms.parent import ParentOrder
from domain.algorithms.routing import Division, divided
from domain.clock import Clock
from domain.errors import SchemaDrift, VenueUnavailable
from domain.market.book import Fill
from domain.money import MARK_SCALE
from live.execution.place import E8, Place
from live.execution.ports import Ladders
from live.execution.treasury import venue_balances


class Outlook:
    """What an order sees of its venues.

    Args:
        order: Checked.
        places: Where it may trade, by venue, the preferred first.
        clock: Dates what is seen.
    """

    def __init__(self, order: ParentOrder, places: Mapping[str, Place], clock: Clock) -> None:
        self._order = order
        self._places = places
        self._clock = clock
        self.middles: list[tuple[int, Fraction]] = []
        self.arrived: Fraction | None = None

    async def ladders(self) -> dict[str, Ladders]:
        """Read every book that can be read, and remember the middle of the best prices."""
        found: dict[str, Ladders] = {}
        for venue, place in self._places.items():
            try:
                ladders = await place.market.ladders()
            except (VenueUnavailable, SchemaDrift):
                continue
            if ladders.bids and ladders.asks:
                found[venue] = ladders
        if found:
            middle = Fraction(mark_e6(found), 10**MARK_SCALE)
            self.middles.append((self._clock.now_ns(), middle))
        return found

    async def trades(self) -> list[Fill] | None:
        """Read what the public traded since the order began; None when a venue does not say."""
        found: list[Fill] = []
        try:
            for place in self._places.values():
                found += await place.market.trades(self._order.start_ns)
        except (VenueUnavailable, SchemaDrift):
            return None
        return found

    async def free(self) -> dict[str, int]:
        """Read what can be spent at the venues; what cannot be read is left out."""
        found: dict[str, int] = {}
        for place in self._places.values():
            found |= await venue_balances(place.market)
        return found

    def divided(self, size_e8: int, ladders: Mapping[str, Ladders]) -> Division:
        """Divide a part of the order over the books that were read."""
        side = self._order.side
        offers = [self._places[venue].offer(side, one) for venue, one in ladders.items()]
        return divided(side, size_e8, offers, self._order.limit_e8)


def mark_e6(ladders: Mapping[str, Ladders]) -> int:
    """Give the middle between the best bid and the best ask anywhere, in millionths, floored."""
    bid = max(one.bids[0].price_e8 for one in ladders.values())
    ask = min(one.asks[0].price_e8 for one in ladders.values())
    return (bid + ask) // 2 // 10 ** (E8 - MARK_SCALE)
