"""A reader of v2 book states that rebuilds the book from nothing but what it was told."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from domain.market.book import Book, followed, snapshot
from domain.market.level import ASK, BID, Change, Level
from live.protocol import v2


def state_book(messages: Iterable[v2.OrderBookState]) -> Book | None:
    """Follow one book through its states; None while nobody knows it."""
    book: Book | None = None
    for message in messages:
        bids, asks = (_levels(message, side) for side in (message.bids, message.asks))
        if message.is_full:
            known = message.sequence != 0
            book = snapshot(bids, asks, sequence=message.sequence) if known else None
            continue
        assert book is not None, "a change of a book that was never told whole"
        sides = ((BID, bids), (ASK, asks))
        changes = [Change(side, *level) for side, levels in sides for level in levels]
        after = followed(book, changes, sequence=message.sequence, observed_ns=0)
        assert isinstance(after, Book), "a change that does not follow the one before"
        book = after
    return book


def _levels(message: v2.OrderBookState, pairs: Iterable[tuple[int, int]]) -> list[Level]:
    digits = message.price_decimals, message.size_decimals
    return [
        Level(Decimal(price).scaleb(-digits[0]), Decimal(size).scaleb(-digits[1]))
        for price, size in pairs
    ]
