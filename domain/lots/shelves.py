"""Where lots stand, in the order their method takes them.

A shelf holds the lots of one asset (and wallet). The lot to take next is at index `first`; `put`
adds the newest lot, `take_in` one whose age is anybody's, as a transfer brings it, and `drop`
removes the first. A method that looks at prices keeps a heap, one that looks at age a queue; no
operation costs more than the logarithm of the lots, but `take_in` of an old lot into a queue. How
much of a lot is taken is not decided here.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Protocol

from domain.errors import InputRefused
from domain.lots.types import POOLED, Fact, Kind, Lot, Method


class Shelf(Protocol):
    """What the engine asks of a shelf."""

    first: int
    sign: int
    """What a price is multiplied by to become a rank; 0 where only age counts."""

    def put(self, lot: Lot, /) -> None:
        """Add a lot that is newer than all others."""
        ...

    def take_in(self, lot: Lot, /) -> None:
        """Add a lot of any age."""
        ...

    def drop(self) -> Lot:
        """Remove the first lot, which is used up."""
        ...

    def __iter__(self) -> Iterator[Lot]: ...

    def __getitem__(self, index: int, /) -> Lot: ...

    def __len__(self) -> int: ...


class Queue(deque[Lot]):
    """Oldest first."""

    first = 0
    sign = 0
    put = deque[Lot].append
    drop = deque[Lot].popleft

    def take_in(self, lot: Lot) -> None:
        """Add a lot where its age belongs."""
        insort(self, lot)


class Stack(list[Lot]):
    """Newest first."""

    first = -1
    sign = 0
    put = list[Lot].append
    drop = list[Lot].pop

    def take_in(self, lot: Lot) -> None:
        """Add a lot where its age belongs."""
        insort(self, lot)


class Cheapest(list[Lot]):
    """Lowest price first, and among equal prices the oldest."""

    first = 0
    sign = 1

    def put(self, lot: Lot) -> None:
        """Add a lot."""
        heappush(self, lot)

    take_in = put

    def drop(self) -> Lot:
        """Remove the first lot."""
        return heappop(self)


class Dearest(Cheapest):
    """Highest price first, and among equal prices the oldest."""

    sign = -1


class Pool(list[Lot]):
    """One lot of one unit cost, into which every other is stirred."""

    first = 0
    sign = 0
    drop = list[Lot].pop

    def put(self, lot: Lot) -> None:
        """Stir a lot in; what it was before is forgotten."""
        if self:
            pool = self[0]
            pool.quantity_units += lot.quantity_units
            pool.basis_units += lot.basis_units
        else:
            fact = pooled(lot.fact)
            self.append(Lot(0, lot.number, 0, lot.quantity_units, lot.basis_units, fact))

    take_in = put


class Named(Queue):
    """Oldest first, and any lot by its name; used up lots are dropped once they are the first."""

    def __init__(self) -> None:
        super().__init__()
        self._by_id: dict[str, Lot] = {}

    def put(self, lot: Lot) -> None:
        """Add a lot under its id.

        Raises:
            InputRefused: Another acquisition has that id, so that a pick could mean either.
        """
        if lot.fact.id in self._by_id:
            raise InputRefused("give every acquisition of an asset its own id", id=lot.fact.id)
        self._by_id[lot.fact.id] = lot
        self.append(lot)

    def take_in(self, lot: Lot) -> None:
        """Add a lot, or join it to what is left of itself here.

        Raises:
            InputRefused: As `put`.
        """
        known = self._by_id.setdefault(lot.fact.id, lot)
        if known is lot:
            insort(self, lot)
        elif known.number != lot.number:
            raise InputRefused("give every acquisition of an asset its own id", id=lot.fact.id)
        else:
            known.quantity_units += lot.quantity_units
            known.basis_units += lot.basis_units

    def drop(self) -> Lot:
        """Remove the first lot and those behind it that picks have used up."""
        lot = self.popleft()
        del self._by_id[lot.fact.id]
        self.tidy()
        return lot

    def tidy(self) -> None:
        """Drop used up lots from the front."""
        while self and not self[0].quantity_units:
            del self._by_id[self.popleft().fact.id]

    def named(self, lot_id: str) -> Lot | None:
        """Find a lot by its id; one that was never here or is gone is None."""
        return self._by_id.get(lot_id)


SHELVES: dict[Method, type[Shelf]] = {
    Method.FIFO: Queue,
    Method.LIFO: Stack,
    Method.HIFO: Dearest,
    Method.LOFO: Cheapest,
    Method.AVERAGE: Pool,
    Method.SPECIFIC: Named,
}


def pooled(fact: Fact) -> Fact:
    """Name a pool after nothing but its asset, so that no single lot seems to be meant."""
    return Fact(fact.time_ns, Kind.BUY, fact.asset, 0, wallet=fact.wallet, id=POOLED)
