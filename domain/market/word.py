"""What a venue can say about its books, in the venue's own numbers but one common form.

Parsers (:mod:`domain.venues`) turn frames into these words; the state machine that believes or
doubts them is :mod:`domain.market.feed`. Nothing here knows a venue or a connection.

A book's numbers are ids of the venue's own count of changes. A message takes the book from one id
to another: it is the next one exactly when its `after` is where the one before it ended. So
Binance's ``U``/``u`` say ``after = U - 1, upto = u``, its futures and OKX name the previous end
outright, and Bybit's ``u`` grows by one each time.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from domain.market.level import Level
from domain.market.reason import Reason


class BookKey(NamedTuple):
    """Which book: a symbol alone does not say it, where two markets or two depths share one.

    Args:
        symbol: The instrument, with its market where the venue uses a name twice.
        channel: The feed it is told on.
    """

    symbol: str
    channel: str


class BookSaid(msgspec.Struct, frozen=True):
    """A snapshot of a book, or the levels that differ now.

    Args:
        key: Of the book.
        is_snapshot: Forget what was; in a change a size of 0 means the level is gone.
        bids, asks: In the order sent; of two words on one price in a change the last one counts.
        checksum: Of the book after this message, as the venue counts it; ``None`` when not told.
        after: Id this change continues from; ``None`` when the venue does not say.
        upto: Id of the book after this message; ``None`` when the venue numbers nothing.
        depth: Levels a side the venue keeps up to date; 0 for all, or when not told.
        venue_ns: When, by the venue's clock; 0 when not told.
    """

    key: BookKey
    is_snapshot: bool
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    checksum: int | None = None
    after: int | None = None
    upto: int | None = None
    depth: int = 0
    venue_ns: int = 0


class TopSaid(msgspec.Struct, frozen=True):
    """The best bid and ask once the book had reached the id `upto`, told on another channel."""

    key: BookKey
    upto: int
    bid: Level
    ask: Level


class DepthSaid(msgspec.Struct, frozen=True):
    """How many levels a side a subscription keeps up to date."""

    key: BookKey
    depth: int


class Counted(msgspec.Struct, frozen=True):
    """The place of a frame among all frames of its connection, from 0."""

    number: int


class Unread(msgspec.Struct, frozen=True):
    """Something was said that cannot be taken in; `key` is ``None`` where it names no book."""

    key: BookKey | None
    reason: Reason


Word = BookSaid | TopSaid | DepthSaid | Counted | Unread
