"""An order book as a value: a snapshot and its changes, every digit kept as the venue sent it.

A level's price and size are `Decimal`s made from the venue's own text (:mod:`domain.market.level`),
so ``0.50000000`` stays that and enters the venue's checksum unchanged, while comparisons and sums
are numeric and exact. A change returns a new book; whoever holds the old one still holds the truth
of that moment.

Whether a book is believed is said in :mod:`domain.market.feed`. Venue dialects and sockets do not
belong here; neither does our own inventory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from domain.errors import InputRefused
from domain.market.level import ASK, BID, Change, Level
from domain.market.reason import Reason
from domain.money import MARK_SCALE

_E8 = 8
_NEAR = 32
"""Most changes are among the best levels; looking there first halves the steps of the search."""


class Rung(NamedTuple):
    """A level as scaled integers, for arithmetic: price and size times 10^8."""

    price_e8: int
    size_e8: int


@dataclass(frozen=True, slots=True)
class Book:
    """One side-by-side book of one pair at one moment.

    Args:
        bids: Best (dearest) first, no two alike.
        asks: Best (cheapest) first, no two alike.
        sequence: Of the last message that went in.
        observed_ns: When that message was heard.
        depth: Levels a side that the venue keeps up to date; 0 for all. Beyond it nothing is true.
    """

    bids: tuple[Level, ...] = ()
    asks: tuple[Level, ...] = ()
    sequence: int = 0
    observed_ns: int = 0
    depth: int = 0

    def changed(self, changes: Iterable[Change], *, sequence: int, observed_ns: int) -> Book:
        """Apply one message, whole, then cut to the depth, as the venue does."""
        sides: tuple[list[Level], list[Level]] = ([], [])
        for side, price, size in changes:
            sides[side].append(Level(price, size))
        return self.updated(*sides, sequence=sequence, observed_ns=observed_ns)

    def updated(
        self,
        bids: Iterable[Level],
        asks: Iterable[Level],
        *,
        sequence: int,
        observed_ns: int,
    ) -> Book:
        """Apply one message, whole, then cut to the depth, as the venue does.

        Args:
            bids: Levels as they are now, a size of 0 for one that is gone; the last word on a
                price counts.
            asks: Likewise.
            sequence: Of the message.
            observed_ns: When it was heard.
        """
        cut = self.depth or None
        return Book(
            bids=_merged(self.bids, bids, BID, cut),
            asks=_merged(self.asks, asks, ASK, cut),
            sequence=sequence,
            observed_ns=observed_ns,
            depth=self.depth,
        )

    def size_at(self, side: int, price: Decimal) -> Decimal | None:
        """Say what rests at one price of a side (BID or ASK); ``None`` when nothing does."""
        levels = self.bids if side == BID else self.asks
        at = _place(levels, price, side)
        return levels[at].size if at < len(levels) and levels[at].price == price else None

    def fault(self) -> Reason | None:
        """Say why nobody can trade between its sides; ``None`` when both are there and apart."""
        if not (self.bids and self.asks):
            return Reason.ONE_SIDED if self.bids or self.asks else Reason.EMPTY
        return Reason.CROSSED if self.is_crossed() else None

    def mid_e6(self) -> int | None:
        """Give the middle of the best prices in millionths, floored; ``None`` with a side empty."""
        if not (self.bids and self.asks):
            return None
        return int((self.bids[0].price + self.asks[0].price).scaleb(MARK_SCALE)) // 2

    def is_crossed(self) -> bool:
        """Ask whether the best bid reaches the best ask, which no real book does for long."""
        return bool(self.bids and self.asks) and self.bids[0].price >= self.asks[0].price


@dataclass(frozen=True, slots=True)
class Gap:
    """A message is missing: the book is not known until the next snapshot."""

    expected: int
    got: int


def snapshot(
    bids: Iterable[Level],
    asks: Iterable[Level],
    *,
    sequence: int = 0,
    observed_ns: int = 0,
    depth: int = 0,
) -> Book:
    """Build a book from a venue's snapshot; levels may come in any order.

    Raises:
        InputRefused: A price appears twice on a side, or a size is not positive.
    """
    sides = tuple(bids), tuple(asks)
    for levels in sides:
        if len({level.price for level in levels}) != len(levels):
            raise InputRefused("a book names each price once a side")
        if any(level.size <= 0 for level in levels):
            raise InputRefused("a snapshot holds only levels with something on them")
    return Book(
        bids=tuple(sorted(sides[BID], key=lambda level: -level.price))[: depth or None],
        asks=tuple(sorted(sides[ASK], key=lambda level: level.price))[: depth or None],
        sequence=sequence,
        observed_ns=observed_ns,
        depth=depth,
    )


def followed(
    book: Book, changes: Iterable[Change], *, sequence: int, observed_ns: int
) -> Book | Gap | None:
    """Apply a numbered message if it is the next one.

    Returns:
        The new book; ``None`` for a message that is already in it; a :class:`Gap` when one is
        missing.
    """
    if sequence <= book.sequence:
        return None
    if sequence != book.sequence + 1:
        return Gap(book.sequence + 1, sequence)
    return book.changed(changes, sequence=sequence, observed_ns=observed_ns)


class Fill(NamedTuple):
    """What a walk for a size finds: exact cost (10^-16), size (10^-8) and last price (10^-8)."""

    cost_e16: int
    size_e8: int
    last_price_e8: int


def rungs(levels: Sequence[Level]) -> tuple[Rung, ...]:
    """Scale levels to 10^8 integers.

    Raises:
        InputRefused: A level has more than eight decimals, which v1 cannot carry either.
    """
    return tuple(Rung(_scaled(level.price), _scaled(level.size)) for level in levels)


def fill(ladder: Sequence[Rung], size_e8: int) -> Fill | None:
    """Walk a ladder, best first, for an exact size; ``None`` when it does not hold that much.

    Args:
        ladder: Asks to buy, bids to sell.
        size_e8: In 10^-8 of the base; at least 1.
    """
    cost, left, price = 0, size_e8, 0
    for price, size in ladder:
        taken = min(left, size)
        cost += taken * price
        left -= taken
        if not left:
            return Fill(cost, size_e8, price)
    return None


def depth_e8(ladder: Sequence[Rung]) -> int:
    """Sum what a ladder holds, in 10^-8 of the base."""
    return sum(rung.size_e8 for rung in ladder)


def _merged(
    levels: tuple[Level, ...], news: Iterable[Level], side: int, cut: int | None
) -> tuple[Level, ...]:
    """Put each new level in its place; a side that hears nothing stays the same object."""
    merged: list[Level] | None = None
    for level in news:
        if merged is None:
            merged = list(levels)
        at = _place(merged, level.price, side)
        is_there = at < len(merged) and merged[at].price == level.price
        merged[at : at + is_there] = [level] if level.size else []
    return levels if merged is None else tuple(merged[:cut])


def _place(levels: Sequence[Level], price: Decimal, side: int) -> int:
    """Find where a price is, or would be, on a side whose best level comes first."""
    low, high = 0, len(levels)
    if high > _NEAR and _is_behind(levels[_NEAR].price, price, side):
        high = _NEAR
    while low < high:
        middle = (low + high) // 2
        if _is_behind(price, levels[middle].price, side):
            low = middle + 1
        else:
            high = middle
    return low


def _is_behind(price: Decimal, other: Decimal, side: int) -> bool:
    return price < other if side == BID else price > other


def _scaled(number: Decimal) -> int:
    scaled = number.scaleb(_E8)
    if scaled != (whole := int(scaled)):
        raise InputRefused("this level has more than eight decimals", got=number)
    return whole
