"""What the collector knows of one exchange's book, and what it tells the relay about each change.

A pure state machine: a heard word goes in; the next state, the v1 messages to publish and, where
the book stopped agreeing with the venue, the trouble come out. Whether the book is believed is
decided in :mod:`domain.market.feed`, as for every venue: one that failed its proof or contradicts
itself is dropped at once, and nothing is said about it again until a snapshot.

Readers are told the best levels alone (`shown`), whatever the venue sends. The sequence they are
told is ours, one for each message that changed what is shown, because some venues number nothing.
It starts at the second of the start shifted by 20 bits, so that no number is used twice over
restarts as long as fewer than a million messages a second arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

import msgspec

from domain.clock import SECOND_NS
from domain.market.book import Book, Rung, rungs
from domain.market.feed import Event, Feed, Kind, Unknown, broken, hear, read
from domain.market.level import ASK, BID, Level
from domain.market.reason import Reason
from domain.market.word import BookSaid, Counted, DepthSaid, Unread, Word
from live.collectors.kraken_trades import TradeHeard
from live.collectors.lines import SHOWN, Line
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
        line: How the venue is listened to.
        sequence: Of the last message published.
        shown: Levels a side that readers are told.
        feed: The book and how much of it is known.
        counted: Place of the last frame of this connection, where the venue counts them.
        depth: Levels a side the venue said it keeps up to date on this connection; 0 before that.
    """

    symbol_hash: int
    line: Line
    sequence: int
    shown: int = SHOWN
    feed: Feed = field(default_factory=Feed)
    counted: int | None = None
    depth: int = 0

    @property
    def book(self) -> Book | None:
        """The book as it is shown; ``None`` until a snapshot and after any trouble."""
        found = read(self.feed)
        return None if isinstance(found, Unknown) else _cut(found, self.shown)

    @classmethod
    def starting(cls, symbol_hash: int, line: Line, now_ns: int) -> Keeper:
        """Begin without a book, at a sequence no earlier start has used."""
        return cls(symbol_hash, line, now_ns // SECOND_NS << _SEQUENCE_SHIFT)

    def connected(self) -> Keeper:
        """Begin a connection: nothing of the one before says anything about it."""
        return replace(self, feed=Feed(), counted=None, depth=0)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one word led to.

    Args:
        keeper: State after.
        messages: To publish.
        trouble: Why the connection has to be given up.
        ignored: Why the word said nothing new, or could not be used.
    """

    keeper: Keeper
    messages: tuple[Message, ...] = ()
    trouble: Trouble | None = None
    ignored: Reason | None = None


def hear_word(keeper: Keeper, word: Word, now_ns: int) -> Kept:
    """Take in one word about the book, and hold it to the venue's own proof.

    Args:
        keeper: State before.
        word: As read by :mod:`live.collectors.book_words`.
        now_ns: When it was heard.
    """
    if isinstance(word, BookSaid):
        return _hear_book(keeper, word, now_ns)
    if isinstance(word, Counted):
        return _hear_count(keeper, word.number)
    if isinstance(word, Unread):
        return lost(keeper, Trouble(word.reason, keeper.sequence + 1, keeper.sequence))
    return Kept(replace(keeper, depth=word.depth) if isinstance(word, DepthSaid) else keeper)


def _hear_book(keeper: Keeper, said: BookSaid, now_ns: int) -> Kept:
    line, before = keeper.line, keeper.book
    if before is None and not (said.is_snapshot or line.dialect.is_snapshot_asked):
        return Kept(keeper, ignored=Reason.NO_SNAPSHOT)
    said = msgspec.structs.replace(said, depth=keeper.depth) if keeper.depth else said
    step = hear(keeper.feed, said, line.dialect, now_ns)
    for event in step.events:
        if event.kind is Kind.BROKEN:
            return lost(keeper, _trouble(event))
    after = replace(keeper, feed=step.feed)
    if not any(event.kind in _NEWS for event in step.events):
        return Kept(after, ignored=step.events[-1].reason)
    return _told(before, replace(after, sequence=keeper.sequence + 1), said, now_ns)


_NEWS = {Kind.SYNCED, Kind.CHANGED}


def _told(before: Book | None, after: Keeper, said: BookSaid, now_ns: int) -> Kept:
    """Publish what changed; a message that changed nothing of what is shown takes no number."""
    at_ns = said.venue_ns or now_ns
    if said.is_snapshot or before is None:
        return Kept(after, (snapshot_message(after, at_ns),))
    updates = tuple(_updates(before, after.book or Book()))
    if not updates:
        return Kept(replace(after, sequence=after.sequence - 1))
    return Kept(after, (v1.L2Delta(at_ns, after.symbol_hash, after.sequence, updates),))


def _hear_count(keeper: Keeper, number: int) -> Kept:
    """Follow the count of frames on this connection; a missing one may concern any book."""
    counted, after = keeper.counted, replace(keeper, counted=number)
    if counted is None or number == counted + 1:
        return Kept(after)
    reason = Reason.GAP if number > counted else Reason.OUT_OF_ORDER
    return lost(after, Trouble(reason, counted + 1, number))


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


def _cut(book: Book, shown: int) -> Book:
    if max(len(book.bids), len(book.asks)) <= shown:
        return book
    return replace(book, bids=book.bids[:shown], asks=book.asks[:shown])
