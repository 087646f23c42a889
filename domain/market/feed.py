"""One book as far as the venue's own words prove it: a pure state machine, message in, events out.

A book is WAITING until a snapshot, LIVE while the proof holds, and STALE from the message on which
it broke. Only a LIVE book can be read; of any other `read` says why not. What brings a stale book
back is a snapshot, never a change.

The proof is what the venue gives (:class:`domain.market.dialect.Dialect`): a checksum after a
message, or ids that chain messages. Three rules follow the chain:

- A message that continues where the last one ended is next; one that ends where the last one ended
  is a duplicate and changes nothing; any other breaks the chain, later or earlier alike, for a
  connection that reorders once cannot be believed about the rest.
- A snapshot inside the feed begins the chain anew.
- A snapshot that was asked for is an answer from beside the feed: it joins the chain where the
  first change that goes beyond it also covers its end. Changes heard before it are kept for it.

Many books of one venue are in :mod:`domain.market.feeds`.
"""

from __future__ import annotations

from enum import Enum

import msgspec
from msgspec.structs import replace

from domain.market.book import Book, snapshot
from domain.market.dialect import Dialect
from domain.market.level import ASK, BID
from domain.market.reason import Reason
from domain.market.word import BookSaid

LONGEST_WAIT = 4_096
"""Changes kept for a snapshot: at ten a second nearly seven minutes. Later ones push out the first,
and the snapshot is then older than what is kept, which is noticed."""


class Standing(Enum):
    """How much of a book is known."""

    WAITING = "waiting"
    LIVE = "live"
    STALE = "stale"


class Kind(Enum):
    """What a message led to."""

    SYNCED = "synced"
    """The book is known from here on."""
    CHANGED = "changed"
    """A known book changed."""
    IGNORED = "ignored"
    """The message says nothing new; a known book stays known."""
    KEPT = "kept"
    """The book is not known yet; the change waits for the snapshot."""
    SKIPPED = "skipped"
    """The book is not known; the change is of no use."""
    BROKEN = "broken"
    """The book is not known from here on: tell whoever reads it."""


class Event(msgspec.Struct, frozen=True):
    """What one message led to.

    Args:
        kind: See :class:`Kind`.
        book: As it is now, for SYNCED and CHANGED.
        reason: Why, for the others.
        expected: What our side counted, for BROKEN: a checksum, or where the chain ended.
        got: What the venue said instead.
        levels: How many levels the message told.
        is_linked: It continued exactly where the message before it ended.
        is_checked: A checksum was compared.
        hints: Deletions of levels that were not there, and levels told as they were.
    """

    kind: Kind
    book: Book | None = None
    reason: Reason | None = None
    expected: int = 0
    got: int = 0
    levels: int = 0
    is_linked: bool = False
    is_checked: bool = False
    hints: int = 0


class Unknown(msgspec.Struct, frozen=True):
    """The book cannot be read now, and why: act on nothing."""

    reason: Reason


class Feed(msgspec.Struct, frozen=True):
    """One book and how much of it is known.

    Args:
        standing: See :class:`Standing`.
        reason: Why it is not LIVE.
        book: Of the last moment it was LIVE; read it through `read`.
        heard_upto: Id the last message of the feed ended at; ``None`` before the first.
        early: Changes kept for a snapshot that was asked for.
    """

    standing: Standing = Standing.WAITING
    reason: Reason = Reason.NO_SNAPSHOT
    book: Book = Book()
    heard_upto: int | None = None
    early: tuple[BookSaid, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """The feed after a message, and what happened, in order."""

    feed: Feed
    events: tuple[Event, ...]


def hear(feed: Feed, said: BookSaid, dialect: Dialect, observed_ns: int = 0) -> Step:
    """Take in one message.

    Args:
        feed: State before.
        said: The message.
        dialect: Of the venue.
        observed_ns: When it was heard.

    Returns:
        The state after, with one event; a snapshot that was asked for adds one for each change that
        was kept for it.
    """
    if said.is_snapshot:
        return _hear_snapshot(feed, said, dialect, observed_ns)
    return _hear_change(feed, said, dialect, observed_ns)


def broken(feed: Feed, reason: Reason, expected: int = 0, got: int = 0) -> Step:
    """Stop believing a book until its next snapshot."""
    stale = replace(feed, standing=Standing.STALE, reason=reason, early=())
    return Step(stale, (Event(Kind.BROKEN, None, reason, expected, got),))


def read(feed: Feed) -> Book | Unknown:
    """Give the book if it is known, else say why it is not."""
    return feed.book if feed.standing is Standing.LIVE else Unknown(feed.reason)


def tradable(feed: Feed) -> Book | Unknown:
    """Give the book if it is known and has two sides that stand apart, else say what is wrong."""
    book = read(feed)
    if isinstance(book, Unknown):
        return book
    fault = book.fault()
    return Unknown(fault) if fault else book


def _hear_snapshot(feed: Feed, said: BookSaid, dialect: Dialect, observed_ns: int) -> Step:
    if reason := _contradiction(said):
        return broken(feed, reason)
    if dialect.is_snapshot_asked and _is_older(feed, said):
        return Step(feed, (Event(Kind.IGNORED, reason=Reason.IN_SNAPSHOT),))
    upto = said.upto or 0
    book = snapshot(said.bids, said.asks, sequence=upto, observed_ns=observed_ns, depth=said.depth)
    if dialect.is_snapshot_asked:
        return _joined(feed, book, dialect, observed_ns)
    return _proved(replace(feed, heard_upto=said.upto), book, said, dialect, Event(Kind.SYNCED))


def _is_older(feed: Feed, said: BookSaid) -> bool:
    return feed.standing is Standing.LIVE and (said.upto or 0) <= feed.book.sequence


def _joined(feed: Feed, book: Book, dialect: Dialect, observed_ns: int) -> Step:
    """Let a snapshot that was asked for take up the changes that were kept for it."""
    beyond = [said for said in feed.early if (said.upto or 0) > book.sequence]
    is_behind = (feed.heard_upto or 0) > book.sequence
    if is_behind and not (beyond and _covers(beyond[0], book.sequence)):
        return Step(feed, (Event(Kind.IGNORED, reason=Reason.OLD_SNAPSHOT),))
    live = replace(feed, standing=Standing.LIVE, book=book, early=())
    events = [Event(Kind.SYNCED, book)]
    for said in feed.early:
        step = _applied(live, said, dialect, observed_ns, Event(Kind.CHANGED))
        live = step.feed
        events += step.events
    return Step(live, tuple(events))


def _hear_change(feed: Feed, said: BookSaid, dialect: Dialect, observed_ns: int) -> Step:
    ended, upto = feed.heard_upto, said.upto
    is_linked = said.after is not None and said.after == ended
    if upto is not None and ended is not None and not is_linked:
        if upto == ended:
            return Step(feed, (Event(Kind.IGNORED, reason=Reason.DUPLICATE),))
        if said.after is not None or upto < ended:
            return _unchained(feed, said, dialect)
    feed = feed if upto is None else replace(feed, heard_upto=upto)
    event = Event(Kind.CHANGED, is_linked=is_linked)
    if feed.standing is Standing.LIVE:
        return _applied(feed, said, dialect, observed_ns, event)
    return _unsynced(feed, said, dialect, event)


def _unchained(feed: Feed, said: BookSaid, dialect: Dialect) -> Step:
    """Break on a message that does not continue the chain; the chain itself goes on from it."""
    ended, upto = feed.heard_upto or 0, said.upto or 0
    reason = Reason.OUT_OF_ORDER if upto < ended else Reason.GAP
    step = broken(feed, reason, ended, said.after or upto)
    early = (said,) if dialect.is_snapshot_asked else ()
    return Step(replace(step.feed, heard_upto=upto, early=early), step.events)


def _unsynced(feed: Feed, said: BookSaid, dialect: Dialect, event: Event) -> Step:
    """Hear a change of a book that is not known: keep it, or find that the snapshot is missing."""
    if dialect.is_snapshot_asked:
        kept = replace(feed, early=(*feed.early, said)[-LONGEST_WAIT:])
        return Step(kept, (replace(event, kind=Kind.KEPT, reason=feed.reason),))
    if feed.standing is Standing.WAITING:
        return broken(feed, Reason.NO_SNAPSHOT)
    return Step(feed, (replace(event, kind=Kind.SKIPPED, reason=feed.reason),))


def _applied(feed: Feed, said: BookSaid, dialect: Dialect, observed_ns: int, event: Event) -> Step:
    """Apply a change to a known book and put the result to the venue's proof."""
    before, upto = feed.book, said.upto
    if dialect.is_snapshot_asked and upto is not None:
        if upto <= before.sequence:
            return Step(feed, (replace(event, kind=Kind.IGNORED, reason=Reason.IN_SNAPSHOT),))
        if not _covers(said, before.sequence):
            step = broken(feed, Reason.OLD_SNAPSHOT, before.sequence, said.after or 0)
            return Step(replace(step.feed, early=(said,)), step.events)
    hints = _no_news(before, said) if dialect.tells_only_news else 0
    sequence = before.sequence + 1 if upto is None else upto
    after = before.updated(said.bids, said.asks, sequence=sequence, observed_ns=observed_ns)
    told = len(said.bids) + len(said.asks)
    return _proved(feed, after, said, dialect, replace(event, levels=told, hints=hints))


def _proved(feed: Feed, book: Book, said: BookSaid, dialect: Dialect, event: Event) -> Step:
    """Believe a book unless the checksum told with it says otherwise."""
    ours = dialect.checksum(book) if dialect.checksum and said.checksum is not None else None
    if ours is not None and ours != said.checksum:
        step = broken(feed, Reason.CHECKSUM, ours, said.checksum or 0)
        return Step(step.feed, (replace(step.events[0], is_checked=True),))
    live = replace(feed, standing=Standing.LIVE, book=book)
    return Step(live, (replace(event, book=book, is_checked=ours is not None),))


def _covers(said: BookSaid, sequence: int) -> bool:
    """Ask whether a change leaves nothing out after a book that ends at `sequence`."""
    return said.after is not None and said.after <= sequence


def _contradiction(said: BookSaid) -> Reason | None:
    """Say what no snapshot can hold."""
    for levels in (said.bids, said.asks):
        if not all(level.size for level in levels):
            return Reason.SIZE_NOT_POSITIVE
        if len({level.price for level in levels}) != len(levels):
            return Reason.REPEATED_PRICE
    return None


def _no_news(book: Book, said: BookSaid) -> int:
    return sum(
        (book.size_at(side, level.price) or 0) == level.size
        for side, levels in ((BID, said.bids), (ASK, said.asks))
        for level in levels
    )
