"""What the collector knows of one exchange's book, and what it tells the relay about each change.

A pure state machine: a heard message goes in; the next state, the v1 messages to publish and, where
the book stopped agreeing with the venue, the trouble come out. Whether the book is believed is
decided in :mod:`domain.market.feed`, as for every venue: one that failed its checksum or
contradicts itself is dropped at once, and nothing is said about it again until a snapshot.

Kraken numbers no messages, so the sequence is ours: one for each message that changed the book. It
starts at the second of the start shifted by 20 bits, so that no number is used twice over restarts
as long as fewer than a million messages a second arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from domain.clock import SECOND_NS
from domain.market.book import Book, Rung, rungs
from domain.market.feed import Event, Feed, Kind, Unknown, broken, hear, read
from domain.market.level import ASK, BID, Level
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid
from domain.venues.kraken import BOOKS
from live.collectors.kraken_feed import BookHeard, TradeHeard
from live.protocol import v1

_SEQUENCE_SHIFT = 20
_JOURNALLED = {Reason.CHECKSUM, Reason.SILENCE}
"""Reasons the journal has a word of its own for; by any other a message was lost."""
_SIDES = {"buy": v1.BUY, "sell": v1.SELL}

Message = v1.L2Snapshot | v1.L2Delta | v1.L2Reset | v1.Trade


@dataclass(frozen=True, slots=True)
class Trouble:
    """The feed can no longer be believed: subscribe anew.

    Args:
        reason: Why.
        expected: What our side said: checksum, or sequence.
        got: What the venue said.
    """

    reason: Reason
    expected: int
    got: int

    @property
    def noticed(self) -> str:
        """Give the journal's word for it, as in :class:`journal.records.GapNoticed`."""
        return self.reason if self.reason in _JOURNALLED else Reason.GAP


@dataclass(frozen=True, slots=True)
class Keeper:
    """The book of one symbol as last agreed with the venue.

    Args:
        symbol_hash: In v1.
        depth: Levels a side that are subscribed.
        sequence: Of the last message published.
        feed: The book and how much of it is known.
    """

    symbol_hash: int
    depth: int
    sequence: int
    feed: Feed = field(default_factory=Feed)

    @property
    def book(self) -> Book | None:
        """The book; ``None`` until a snapshot and after any trouble."""
        found = read(self.feed)
        return None if isinstance(found, Unknown) else found

    @classmethod
    def starting(cls, symbol_hash: int, depth: int, now_ns: int) -> Keeper:
        """Begin without a book, at a sequence no earlier start has used."""
        return cls(symbol_hash, depth, now_ns // SECOND_NS << _SEQUENCE_SHIFT)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one message led to."""

    keeper: Keeper
    messages: tuple[Message, ...] = ()
    trouble: Trouble | None = None


def hear_book(keeper: Keeper, heard: BookHeard, now_ns: int) -> Kept:
    """Take in one book message and check it against the venue's checksum.

    Args:
        keeper: State before.
        heard: The message.
        now_ns: When it was heard.
    """
    before = keeper.book
    if before is None and not heard.is_snapshot:
        return Kept(keeper)
    step = hear(keeper.feed, _said(keeper, heard), BOOKS, now_ns)
    if step.events[-1].kind is Kind.BROKEN:
        return lost(keeper, _trouble(step.events[-1]))
    at_ns = heard.venue_ns or now_ns
    after = replace(keeper, sequence=keeper.sequence + 1, feed=step.feed)
    if heard.is_snapshot or before is None:
        return Kept(after, (snapshot_message(after, at_ns),))
    updates = tuple(_updates(before, step.feed.book))
    if not updates:
        return Kept(replace(after, sequence=keeper.sequence))
    return Kept(after, (v1.L2Delta(at_ns, keeper.symbol_hash, after.sequence, updates),))


def hear_trade(keeper: Keeper, heard: TradeHeard, now_ns: int) -> Kept:
    """Turn a public trade into its v1 message."""
    rung = rungs([Level(heard.price, heard.size)])[0]
    trade = v1.Trade(
        timestamp_ns=heard.venue_ns,
        ingestion_ns=now_ns,
        price_e8=rung.price_e8,
        volume_e8=rung.size_e8,
        symbol_hash=keeper.symbol_hash,
        side=_SIDES.get(heard.side, v1.UNKNOWN),
    )
    return Kept(keeper, (trade,))


def lost(keeper: Keeper, trouble: Trouble) -> Kept:
    """Drop the book and tell every reader that it is not known any more."""
    messages = () if keeper.book is None else (v1.L2Reset(keeper.symbol_hash, 0),)
    stale = broken(keeper.feed, trouble.reason).feed
    return Kept(replace(keeper, feed=stale), messages, trouble)


def snapshot_message(keeper: Keeper, at_ns: int) -> v1.L2Snapshot:
    """State the whole book as it is; readers who know it already see the same sequence again."""
    book = keeper.book or Book()
    return v1.L2Snapshot(
        at_ns,
        keeper.symbol_hash,
        keeper.sequence,
        tuple(_level(rung) for rung in rungs(book.bids)),
        tuple(_level(rung) for rung in rungs(book.asks)),
    )


def _said(keeper: Keeper, heard: BookHeard) -> BookSaid:
    return BookSaid(
        BookKey(heard.symbol, "book"),
        heard.is_snapshot,
        heard.bids,
        heard.asks,
        checksum=heard.checksum,
        depth=keeper.depth,
        venue_ns=heard.venue_ns,
    )


def _trouble(event: Event) -> Trouble:
    return Trouble(event.reason or Reason.GAP, event.expected, event.got)


def _updates(before: Book, after: Book) -> Iterator[v1.L2Update]:
    """Tell before from after, with the levels that the cut to the depth pushed out."""
    for side, old, new in ((BID, before.bids, after.bids), (ASK, before.asks, after.asks)):
        was: dict[Decimal, Decimal] = dict(old)
        now: dict[Decimal, Decimal] = dict(new)
        for rung in rungs([Level(price, was[price]) for price in was if price not in now]):
            yield v1.L2Update(side, rung.price_e8, 0, v1.DELETE)
        for price, size in new:
            if was.get(price) != size:
                rung = rungs([Level(price, size)])[0]
                action = v1.UPDATE if price in was else v1.INSERT
                yield v1.L2Update(side, rung.price_e8, rung.size_e8, action)


def _level(rung: Rung) -> v1.Level:
    return v1.Level(rung.price_e8, rung.size_e8)
