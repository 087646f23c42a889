"""All books one connection to a venue tells: frames in, events out, each book read by its key.

Pure but not immutable: it holds the books between frames and touches nothing else. What one book
makes of a message is in :mod:`domain.market.feed`, what a frame says in :mod:`domain.venues`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from domain.market.book import Book
from domain.market.dialect import Dialect
from domain.market.feed import (
    Event,
    Feed,
    Kind,
    Standing,
    Step,
    Unknown,
    broken,
    hear,
    read,
    tradable,
)
from domain.market.reason import Reason
from domain.market.tally import Tally
from domain.market.tops import Compared, Tops, hear_book, hear_top
from domain.market.word import BookKey, BookSaid, Counted, DepthSaid, TopSaid, Unread, Word


class Told(NamedTuple):
    """What a message led to, and in which book."""

    key: BookKey
    event: Event


class Feeds:
    """The books of one connection.

    Args:
        dialect: Of the venue.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._feeds: dict[BookKey, Feed] = {}
        self._tops: dict[BookKey, Tops] = {}
        self._depths: dict[BookKey, int] = {}
        self._counted: int | None = None
        self._joining: set[BookKey] = set()
        self.tally = Tally()

    def hear(self, frame: str, observed_ns: int = 0) -> list[Told]:
        """Take in one received frame, whatever it is.

        Args:
            frame: As received.
            observed_ns: When.

        Returns:
            What it led to, in order; nothing for a frame that is not about a book. A book that
            cannot be read any more has an event of kind BROKEN.
        """
        return self._take(lambda: self._dialect.parse(frame), observed_ns)

    def hear_answer(self, url: str, body: str, observed_ns: int = 0) -> list[Told]:
        """Take in the answer to a request, as `hear` does a frame."""
        return self._take(lambda: self._dialect.parse_answer(url, body), observed_ns)

    def reconnected(self) -> list[Told]:
        """Stop believing every book: the connection is new, and messages may have been missed.

        A chain that a snapshot beside the feed began says itself whether it goes on: by its next
        change. If that does not continue it, the chain begins anew, which is no gap.
        """
        self._counted = None
        if self._dialect.is_snapshot_asked:
            self._joining |= set(self._feeds)
            return []
        return self._distrust(Reason.RECONNECTED)

    def read(self, key: BookKey) -> Book | Unknown:
        """Give a book if it is known, else say why it is not."""
        return read(self._feeds.get(key, Feed()))

    def tradable(self, key: BookKey) -> Book | Unknown:
        """Give a book if it is known with two sides that stand apart, else say what is wrong."""
        return tradable(self._feeds.get(key, Feed()))

    def keys(self, *standings: Standing) -> list[BookKey]:
        """Name the books heard of; those of some standings, where asked."""
        return [
            key for key, feed in self._feeds.items() if not standings or feed.standing in standings
        ]

    def _take(self, parse: Callable[[], list[Word]], observed_ns: int) -> list[Told]:
        try:
            words = parse()
        except (TypeError, ValueError, LookupError):
            words: list[Word] = [Unread(None, Reason.UNREADABLE)]
        told: list[Told] = []
        for word in words:
            told += self._hear_word(word, observed_ns)
        return told

    def _hear_word(self, word: Word, observed_ns: int) -> list[Told]:
        if isinstance(word, BookSaid):
            return self._hear_book(word, observed_ns)
        if isinstance(word, TopSaid):
            book = read(self._feeds.get(word.key, Feed()))
            known = None if isinstance(book, Unknown) else book
            self._compare(word.key, hear_top(self._tops.get(word.key, Tops()), word, known))
        elif isinstance(word, DepthSaid):
            self._depths[word.key] = word.depth
        elif isinstance(word, Counted):
            return self._hear_count(word.number)
        else:
            return self._hear_unread(word)
        return []

    def _hear_book(self, said: BookSaid, observed_ns: int) -> list[Told]:
        self.tally.snapshots += said.is_snapshot
        if (depth := self._depths.get(said.key)) and depth != said.depth:
            said = replace(said, depth=depth)
        feed = self._feeds.get(said.key, Feed())
        told = [] if said.is_snapshot else self._joined(said, feed)
        feed = self._feeds.get(said.key, feed)
        return told + self._keep(said.key, hear(feed, said, self._dialect, observed_ns))

    def _joined(self, said: BookSaid, feed: Feed) -> list[Told]:
        """Begin a chain anew where the first change of a connection does not continue the old."""
        if said.key not in self._joining:
            return []
        self._joining.discard(said.key)
        if feed.heard_upto in {said.after, said.upto}:
            return []
        self._feeds[said.key] = feed = replace(feed, heard_upto=None)
        is_covered = said.after is not None and said.after <= feed.book.sequence
        if feed.standing is not Standing.LIVE or is_covered:
            return []
        step = broken(feed, Reason.RECONNECTED)
        self._feeds[said.key] = step.feed
        self.tally.reasons[Reason.RECONNECTED] += 1
        return [Told(said.key, event) for event in step.events]

    def _hear_count(self, number: int) -> list[Told]:
        """Follow the count of frames over all books; 0 again is another connection."""
        counted, self._counted = self._counted, number
        if counted is None:
            return []
        if number == counted + 1:
            self.tally.sequence_links += 1
            return []
        if number == 0:
            return self._distrust(Reason.RECONNECTED)
        self.tally.gaps += 1
        return self._distrust(Reason.GAP, counted + 1, number)

    def _hear_unread(self, word: Unread) -> list[Told]:
        if word.key is not None:
            return self._keep(word.key, broken(self._feeds.get(word.key, Feed()), word.reason))
        self.tally.reasons[word.reason] += 1
        self.tally.unread += 1
        return []

    def _distrust(self, reason: Reason, expected: int = 0, got: int = 0) -> list[Told]:
        """Break every known book for something that is no fault of its own."""
        told: list[Told] = []
        for key in self.keys(Standing.LIVE):
            step = broken(self._feeds[key], reason, expected, got)
            self._feeds[key] = step.feed
            self.tally.reasons[reason] += 1
            self.tally.breaks += reason is not Reason.RECONNECTED
            told += [Told(key, event) for event in step.events]
        return told

    def _keep(self, key: BookKey, step: Step) -> list[Told]:
        self._feeds[key] = step.feed
        for event in step.events:
            self.tally.add(event)
            if event.kind is Kind.CHANGED and event.book is not None and key in self._tops:
                self._compare(key, hear_book(self._tops[key], event.book))
        return [Told(key, event) for event in step.events]

    def _compare(self, key: BookKey, compared: Compared) -> None:
        self._tops[key] = compared.tops
        self.tally.add_agreement(compared.agreement)
