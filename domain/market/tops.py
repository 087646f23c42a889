"""Whether a rebuilt book agrees with the best bid and ask its venue tells on a channel of its own.

Both channels number the same changes, so a top and a book are comparable in two ways: *exactly*,
where both have reached the same id; and by the *last* top no later than the book, which must still
hold because every change of a best level is told. They travel apart: a top may come before the book
has got there, so it waits. A top that comes after its book is compared only if the book is still at
its id.
"""

from __future__ import annotations

import msgspec

from domain.market.book import Book
from domain.market.word import TopSaid

LONGEST_WAIT = 1_024
"""Tops that wait for their book; a book that is not known would have them wait forever."""


class Tops(msgspec.Struct, frozen=True):
    """The tops of one book that still matter.

    Args:
        last: The last one the book has reached.
        ahead: Those the book has not reached yet, in order.
    """

    last: TopSaid | None = None
    ahead: tuple[TopSaid, ...] = ()


class Agreement(msgspec.Struct, frozen=True):
    """What a comparison found; ``None`` where there was nothing to compare."""

    exact: bool | None = None
    last: bool | None = None


class Compared(msgspec.Struct, frozen=True):
    """The tops after a message, and what was found."""

    tops: Tops
    agreement: Agreement = Agreement()


def hear_top(tops: Tops, said: TopSaid, book: Book | None) -> Compared:
    """Take in a top.

    Args:
        tops: State before.
        said: The top.
        book: As it is now; ``None`` while it is not known.
    """
    if book is None or said.upto > book.sequence:
        return Compared(Tops(tops.last, (*tops.ahead, said)[-LONGEST_WAIT:]))
    if tops.last is not None and said.upto < tops.last.upto:
        return Compared(tops)
    exact = _agrees(said, book) if said.upto == book.sequence else None
    return Compared(Tops(said, tops.ahead), Agreement(exact=exact))


def hear_book(tops: Tops, book: Book) -> Compared:
    """Take in a change of the book."""
    reached = [top for top in tops.ahead if top.upto <= book.sequence]
    last = reached[-1] if reached else tops.last
    after = Tops(last, tops.ahead[len(reached) :]) if reached else tops
    if last is None:
        return Compared(after)
    agrees = _agrees(last, book)
    return Compared(after, Agreement(agrees if last.upto == book.sequence else None, agrees))


def _agrees(top: TopSaid, book: Book) -> bool:
    return book.bids[:1] == (top.bid,) and book.asks[:1] == (top.ask,)
