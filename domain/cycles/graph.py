"""A market as arrays: assets and venues by number, and for each direction of a venue one arc.

Arcs 0 and 1 are nobody's: 0 pays nothing, and 1 pays what it is given, so that cycles of different
lengths can stand in one array. Nothing is also what every arc pays of a venue that is gone, stopped
or not understood, and a cycle through such an arc fails the screen without being looked for.
Numbers are never given twice, so a cycle's arcs mean the same for as long as it is kept.

Assets are known by identity (:mod:`domain.identity`), never by symbol. One venue's word replaces
the one before it, if it is newer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.amm.pool import Pool
from domain.cycles.line import Line, line_of
from domain.cycles.reason import Bad
from domain.errors import InputRefused

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NO_LINE = Line(0.0, 0.0, 0.0)


class Arc(NamedTuple):
    """One direction of a venue.

    Args:
        venue: Its number.
        sold, bought: Coins as the pool numbers them.
        asset_in, asset_out: Numbers of the assets.
    """

    venue: int
    sold: int
    bought: int
    asset_in: int
    asset_out: int


WHOLE = 1
"""The arc that pays what it is given."""
_NOBODY = Arc(-1, 0, 0, -1, -1)


class Place(NamedTuple):
    """A venue: its name, which of its arcs are whose, and whether one transaction can use it."""

    name: str
    arcs: tuple[int, ...]
    is_on_chain: bool


class Graph:
    """Assets, venues and the lines of their arcs.

    Args:
        taxed: Identities of tokens that tax transfers; their venues are never used.
    """

    def __init__(self, taxed: frozenset[str] = frozenset()) -> None:
        self.assets: list[str] = []
        self.places: list[Place | None] = []
        self.arcs: list[Arc] = [_NOBODY, _NOBODY]
        self.pools: dict[int, Pool] = {}
        self.lines: Floats = np.zeros((3, 64))
        self.lines[:, WHOLE] = Line(1.0, 0.0, np.inf)
        self.assets_in: Ints = np.full(64, -1, dtype=np.int64)
        self.between: dict[tuple[int, int], list[int]] = {}
        self.beside: dict[int, dict[int, int]] = {}
        self.bad: Counter[str] = Counter()
        self._taxed = taxed
        self._asset_numbers: dict[str, int] = {}
        self._venue_numbers: dict[str, int] = {}
        self._said: dict[int, int] = {}

    def asset(self, identity: str) -> int:
        """Give an asset's number, a new one at first sight."""
        number = self._asset_numbers.setdefault(identity, len(self.assets))
        if number == len(self.assets):
            self.assets.append(identity)
        return number

    def venue(self, name: str) -> int | None:
        """Give the number of a venue that is there."""
        return self._venue_numbers.get(name)

    def add(self, name: str, coins: Sequence[str], *, is_on_chain: bool = True) -> int | Bad:
        """Take a venue in, silent until its first word.

        Args:
            name: Unique while it is there.
            coins: Identities, as its pool numbers them.
            is_on_chain: Whether one transaction can hold its swap.

        Raises:
            InputRefused: The name is taken, or a coin is named twice.
        """
        if name in self._venue_numbers or len(set(coins)) != len(coins):
            raise InputRefused("add a venue once, with different coins", venue=name)
        if self._taxed & set(coins):
            return self._counted(Bad.TAXED_TOKEN)
        number = len(self.places)
        arcs = tuple(
            self._arc(number, sold, bought, coins)
            for sold in range(len(coins))
            for bought in range(len(coins))
            if sold != bought
        )
        self.places.append(Place(name, arcs, is_on_chain))
        self._venue_numbers[name] = number
        return number

    def remove(self, name: str) -> int | None:
        """Let a venue go, and give the number it had."""
        number = self._venue_numbers.pop(name, None)
        if number is None or (place := self.places[number]) is None:
            return None
        self._silence(number)
        for arc in place.arcs:
            self._unlink(self.arcs[arc], arc)
        self.places[number] = None
        return number

    def hear(self, name: str, pool: Pool, sequence: int) -> int | Bad:
        """Take in a venue's state.

        Args:
            name: Of the venue.
            pool: What it is now.
            sequence: The venue's own count of its words; one that is not newer changes nothing.

        Returns:
            The venue's number, or why the word is not used. A word that makes no sense silences
            the venue: what it said before is no longer true either.
        """
        number = self._venue_numbers.get(name)
        if number is None:
            return self._counted(Bad.UNKNOWN_VENUE)
        last = self._said.get(number, -1)
        if sequence <= last:
            return self._counted(Bad.DUPLICATE if sequence == last else Bad.OUT_OF_ORDER)
        self._said[number] = sequence
        return self._set(number, pool)

    def stop(self, name: str) -> None:
        """Silence a venue until its next word."""
        if (number := self._venue_numbers.get(name)) is not None:
            self._counted(Bad.STOPPED)
            self._silence(number)

    def name_of(self, number: int) -> str:
        """Give the name of a venue that is there."""
        return self.place(number).name

    def place(self, number: int) -> Place:
        """Give a venue that is there.

        Raises:
            InputRefused: It went.
        """
        place = self.places[number]
        if place is None:
            raise InputRefused("this venue is gone", number=number)
        return place

    def neighbours(self, asset: int) -> Mapping[int, int]:
        """Give the assets one arc away, with how many arcs lead there."""
        return self.beside.get(asset, {})

    def _set(self, number: int, pool: Pool) -> int | Bad:
        lines = list[Line]()
        for arc in self.place(number).arcs:
            line = line_of(pool, self.arcs[arc].sold, self.arcs[arc].bought)
            if isinstance(line, Bad):
                self._silence(number)
                return self._counted(line)
            lines.append(line)
        self.pools[number] = pool
        for arc, line in zip(self.place(number).arcs, lines, strict=True):
            self.lines[:, arc] = line
        return number

    def _silence(self, number: int) -> None:
        self.pools.pop(number, None)
        for arc in self.place(number).arcs:
            self.lines[:, arc] = _NO_LINE

    def _arc(self, venue: int, sold: int, bought: int, coins: Sequence[str]) -> int:
        source, target = self.asset(coins[sold]), self.asset(coins[bought])
        number = len(self.arcs)
        self.arcs.append(Arc(venue, sold, bought, source, target))
        if number >= self.lines.shape[1]:
            self.lines = np.concatenate([self.lines, np.zeros_like(self.lines)], axis=1)
            self.assets_in = np.concatenate([self.assets_in, np.full_like(self.assets_in, -1)])
        self.assets_in[number] = source
        self.between.setdefault((source, target), []).append(number)
        beside = self.beside.setdefault(source, {})
        beside[target] = beside.get(target, 0) + 1
        return number

    def _unlink(self, arc: Arc, number: int) -> None:
        ends = (arc.asset_in, arc.asset_out)
        self.between[ends].remove(number)
        beside = self.beside[arc.asset_in]
        beside[arc.asset_out] -= 1
        if not beside[arc.asset_out]:
            del beside[arc.asset_out], self.between[ends]

    def _counted(self, reason: Bad) -> Bad:
        self.bad[reason.value] += 1
        return reason
