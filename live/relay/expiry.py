"""Which delivered opportunities are still to expire, and who was given them.

Pure; the time is handed in. A reader hears of each expiry once, and only of what it was given.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from live.relay.parcels import Parcel

R = TypeVar("R")


class Expired(NamedTuple, Generic[R]):
    """One frame that is worth nothing any more, and the readers who have it."""

    parcel: Parcel
    readers: Sequence[R]


class ExpiryQueue(Generic[R]):
    """What was delivered and has yet to expire, the soonest first.

    Args:
        most: Beyond so many, further ones are not remembered and nobody is told of their expiry;
            every reader can see it in the frame's own routing block.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[int, int, Parcel, Sequence[R]]] = []
        self._order = 0

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next_ns(self) -> int | None:
        """When the next one expires."""
        return self._heap[0][0] if self._heap else None

    def delivered(self, parcel: Parcel, readers: Sequence[R]) -> None:
        """Remember that readers have a frame that will expire."""
        if len(self._heap) >= self._most:
            return
        self._order += 1
        heapq.heappush(self._heap, (parcel.route.expires_ns, self._order, parcel, readers))

    def due(self, now_ns: int) -> list[Expired[R]]:
        """Give what has expired since it was last asked."""
        found: list[Expired[R]] = []
        while self._heap and self._heap[0][0] <= now_ns:
            _, _, parcel, readers = heapq.heappop(self._heap)
            found.append(Expired(parcel, readers))
        return found
