"""The order book: who is next at which price. First the better price, then the earlier order.

Orders only; money, fees and refusals are the engine's.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from rehearsal.exchange.commands import Levels, Order


class BookSide:
    """All resting orders of one side.

    Args:
        sign: 1 for asks (cheapest first), -1 for bids (dearest first).
    """

    def __init__(self, sign: int) -> None:
        self._sign = sign
        self._keys: list[int] = []
        self._queues: dict[int, dict[int, Order]] = {}

    def add(self, order: Order) -> None:
        """Queue an order behind those already at its price."""
        key = self._sign * order.price_ticks
        if key not in self._queues:
            insort(self._keys, key)
            self._queues[key] = {}
        self._queues[key][order.number] = order

    def remove(self, order: Order) -> None:
        """Take an order off the book."""
        key = self._sign * order.price_ticks
        del self._queues[key][order.number]
        if not self._queues[key]:
            del self._queues[key]
            del self._keys[bisect_left(self._keys, key)]

    def best(self) -> Order | None:
        """Give the order that is next to trade."""
        return next(iter(self), None)

    def accepts(self, limit_ticks: int) -> bool:
        """Ask whether the best order trades with an opposite limit; 0 means at any price."""
        if not self._keys:
            return False
        return limit_ticks == 0 or self._keys[0] <= self._sign * limit_ticks

    def levels(self, depth: int) -> Levels:
        """Sum quantities by price, best first."""
        return tuple(
            (self._sign * key, sum(order.open_lots for order in self._queues[key].values()))
            for key in self._keys[:depth]
        )

    def __iter__(self) -> Iterator[Order]:
        for key in self._keys:
            yield from self._queues[key].values()


class Book:
    """Both sides."""

    def __init__(self) -> None:
        self.bids = BookSide(-1)
        self.asks = BookSide(1)

    def own(self, side: str) -> BookSide:
        """Give the side an order rests on."""
        return self.bids if side == "buy" else self.asks

    def opposite(self, side: str) -> BookSide:
        """Give the side an order trades against."""
        return self.asks if side == "buy" else self.bids
