"""One book as far as its venue proves it: each rule of the chain and the checksum, one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.book import Book
from domain.market.dialect import Dialect
from domain.market.feed import (
    LONGEST_WAIT,
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
from domain.market.level import Level
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid

KEY = BookKey("AB", "book")
INSIDE = Dialect("inside", lambda _: [], lambda _: KEY)
ASKED = Dialect("asked", lambda _: [], lambda _: KEY, is_snapshot_asked=True)
SUMMED = Dialect("summed", lambda _: [], lambda _: KEY, checksum=lambda book: len(book.bids))


def a_level(price: int, size: int = 1) -> Level:
    return Level(Decimal(price), Decimal(size))


def a_snapshot(upto: int | None = None, checksum: int | None = None, bids: int = 1) -> BookSaid:
    levels = tuple(a_level(price) for price in range(1, bids + 1))
    return BookSaid(KEY, True, levels, (a_level(50),), checksum=checksum, upto=upto)


def a_change(
    after: int | None = None, upto: int | None = None, checksum: int | None = None, price: int = 9
) -> BookSaid:
    return BookSaid(KEY, False, (a_level(price),), (), checksum=checksum, after=after, upto=upto)


def told(dialect: Dialect, *messages: BookSaid) -> tuple[Feed, list[Event]]:
    feed, events = Feed(), []
    for message in messages:
        step = hear(feed, message, dialect)
        feed = step.feed
        events += step.events
    return feed, events


def kinds(events: list[Event]) -> list[Kind]:
    return [event.kind for event in events]


def test_nothing_is_known_before_a_snapshot():
    assert read(Feed()) == Unknown(Reason.NO_SNAPSHOT)
    feed, events = told(INSIDE, a_change(1, 2))
    assert events == [Event(Kind.BROKEN, reason=Reason.NO_SNAPSHOT)]
    assert read(feed) == Unknown(Reason.NO_SNAPSHOT)


def test_a_snapshot_makes_a_book_known_and_changes_keep_it_so():
    feed, events = told(INSIDE, a_snapshot(5), a_change(5, 7), a_change(7, 8, price=10))
    assert kinds(events) == [Kind.SYNCED, Kind.CHANGED, Kind.CHANGED]
    book = read(feed)
    assert isinstance(book, Book)
    assert book == events[-1].book
    assert [level.price for level in book.bids] == [10, 9, 1]
    assert book.sequence == 8
    assert [event.is_linked for event in events] == [False, True, True]


def test_a_hole_in_the_chain_breaks_the_book():
    feed, events = told(INSIDE, a_snapshot(5), a_change(6, 7))
    assert events[-1] == Event(Kind.BROKEN, reason=Reason.GAP, expected=5, got=6)
    assert read(feed) == Unknown(Reason.GAP)


def test_the_same_message_twice_changes_nothing():
    feed, events = told(INSIDE, a_snapshot(5), a_change(5, 7), a_change(5, 7))
    assert events[-1] == Event(Kind.IGNORED, reason=Reason.DUPLICATE)
    assert isinstance(read(feed), Book)


def test_an_older_message_breaks_the_book():
    feed, events = told(INSIDE, a_snapshot(5), a_change(5, 7), a_change(3, 4))
    assert events[-1].reason is Reason.OUT_OF_ORDER
    assert read(feed) == Unknown(Reason.OUT_OF_ORDER)


def test_numbers_may_fall_as_long_as_the_chain_holds():
    feed, _ = told(INSIDE, a_snapshot(500), a_change(500, 3), a_change(3, 4))
    assert isinstance(read(feed), Book)


def test_a_sign_of_life_continues_the_chain_and_changes_nothing():
    alive = BookSaid(KEY, False, (), (), after=5, upto=5)
    feed, events = told(INSIDE, a_snapshot(5), alive, a_change(5, 6))
    assert kinds(events) == [Kind.SYNCED, Kind.CHANGED, Kind.CHANGED]
    assert events[1].book is not None
    assert events[1].book.bids == (a_level(1),)
    assert isinstance(read(feed), Book)


def test_numbers_without_a_chain_show_order_alone():
    _, events = told(INSIDE, a_snapshot(5), a_change(None, 9), a_change(None, 9), a_change(None, 7))
    assert kinds(events) == [Kind.SYNCED, Kind.CHANGED, Kind.IGNORED, Kind.BROKEN]
    assert not any(event.is_linked for event in events)


def test_a_broken_book_skips_changes_until_a_snapshot():
    feed, events = told(
        INSIDE, a_snapshot(5), a_change(6, 7), a_change(7, 8), a_snapshot(9), a_change(9, 10)
    )
    assert kinds(events) == [Kind.SYNCED, Kind.BROKEN, Kind.SKIPPED, Kind.SYNCED, Kind.CHANGED]
    assert isinstance(read(feed), Book)


def test_a_snapshot_replaces_a_known_book():
    feed, _ = told(INSIDE, a_snapshot(5, bids=3), a_snapshot(9, bids=1))
    book = read(feed)
    assert isinstance(book, Book)
    assert len(book.bids) == 1


def test_a_checksum_is_compared_after_the_message_that_carries_it():
    feed, events = told(SUMMED, a_snapshot(), a_change(checksum=2), a_change())
    assert [event.is_checked for event in events] == [False, True, False]
    assert isinstance(read(feed), Book)


@pytest.mark.parametrize("message", [a_snapshot(checksum=7), a_change(checksum=7)])
def test_another_checksum_breaks_the_book(message):
    feed, events = told(SUMMED, a_snapshot(), message)
    ours = 1 if message.is_snapshot else 2
    assert events[-1] == Event(
        Kind.BROKEN, reason=Reason.CHECKSUM, expected=ours, got=7, is_checked=True
    )
    assert read(feed) == Unknown(Reason.CHECKSUM)


def test_a_checksum_nobody_can_compute_is_left_alone():
    _, events = told(INSIDE, a_snapshot(checksum=7))
    assert kinds(events) == [Kind.SYNCED]
    assert not events[0].is_checked


@pytest.mark.parametrize(
    ("levels", "reason"),
    [
        ((a_level(1), Level(Decimal("1.0"), Decimal(2))), Reason.REPEATED_PRICE),
        ((a_level(1), a_level(2, 0)), Reason.SIZE_NOT_POSITIVE),
    ],
)
def test_a_snapshot_that_contradicts_itself_is_no_book(levels, reason):
    for said in (BookSaid(KEY, True, levels, ()), BookSaid(KEY, True, (), levels)):
        feed, events = told(INSIDE, a_snapshot(), said)
        assert events[-1] == Event(Kind.BROKEN, reason=reason)
        assert read(feed) == Unknown(reason)


@given(st.integers(0, 6), st.integers(0, 6))
def test_a_snapshot_that_was_asked_for_joins_the_changes_kept_for_it(covered, later):
    changes = [a_change(at, at + 1, price=at + 2) for at in range(6)]
    feed, events = told(ASKED, *changes[:later])
    assert kinds(events) == [Kind.KEPT] * later
    assert read(feed) == Unknown(Reason.NO_SNAPSHOT)
    step = hear(feed, a_snapshot(covered), ASKED)
    assert step.events[0].kind is Kind.SYNCED
    held = [Kind.IGNORED] * min(covered, later)
    beyond = [Kind.CHANGED] * max(0, later - covered)
    assert kinds(list(step.events[1:])) == held + beyond
    feed = step.feed
    for change in changes[later:]:
        feed = hear(feed, change, ASKED).feed
    book = read(feed)
    assert isinstance(book, Book)
    assert book.sequence == 6
    assert {level.price for level in book.bids} == {1, *range(covered + 2, 8)}


def test_a_first_change_may_begin_before_the_snapshots_end():
    feed, _ = told(ASKED, a_change(3, 9), a_snapshot(5), a_change(9, 11))
    assert isinstance(read(feed), Book)


def test_a_snapshot_that_ends_too_early_is_passed_over_and_a_later_one_joins():
    feed, events = told(ASKED, a_change(7, 8), a_change(8, 9), a_snapshot(5))
    assert events[-1] == Event(Kind.IGNORED, reason=Reason.OLD_SNAPSHOT)
    assert isinstance(read(feed), Unknown)
    step = hear(feed, a_snapshot(8), ASKED)
    assert isinstance(read(step.feed), Book)


def test_a_snapshot_older_than_the_next_change_breaks():
    feed, events = told(ASKED, a_snapshot(5), a_change(7, 8))
    assert events[-1].reason is Reason.OLD_SNAPSHOT
    step = hear(feed, a_snapshot(7), ASKED)
    assert isinstance(read(step.feed), Book)
    assert step.feed.book.sequence == 8


def test_a_known_book_needs_no_older_snapshot():
    feed, events = told(ASKED, a_snapshot(5), a_change(5, 9), a_snapshot(7))
    assert events[-1] == Event(Kind.IGNORED, reason=Reason.IN_SNAPSHOT)
    assert feed.book.sequence == 9


def test_after_a_hole_changes_are_kept_for_the_next_snapshot():
    feed, events = told(ASKED, a_snapshot(5), a_change(6, 7), a_change(7, 8))
    assert kinds(events) == [Kind.SYNCED, Kind.BROKEN, Kind.KEPT]
    step = hear(feed, a_snapshot(6), ASKED)
    assert kinds(list(step.events)) == [Kind.SYNCED, Kind.CHANGED, Kind.CHANGED]
    assert isinstance(read(step.feed), Book)


def test_the_first_change_after_a_hole_is_kept_too():
    feed, events = told(
        ASKED, a_snapshot(5), a_change(5, 6), a_change(8, 9), a_change(9, 10), a_snapshot(8)
    )
    assert events[2] == Event(Kind.BROKEN, reason=Reason.GAP, expected=6, got=8)
    assert isinstance(read(feed), Book)
    assert feed.book.sequence == 10


def test_what_waited_before_a_break_is_not_used_after_it():
    feed, _ = told(ASKED, a_change(5, 6), a_change(6, 7))
    feed = broken(feed, Reason.UNREADABLE).feed
    assert isinstance(read(hear(feed, a_snapshot(6), ASKED).feed), Unknown)


def test_a_snapshot_behind_changes_that_were_not_kept_is_passed_over():
    feed, _ = told(ASKED, a_snapshot(5), a_change(5, 9))
    feed = broken(feed, Reason.UNREADABLE).feed
    step = hear(feed, a_snapshot(7), ASKED)
    assert step.events == (Event(Kind.IGNORED, reason=Reason.OLD_SNAPSHOT),)
    assert isinstance(read(step.feed), Unknown)


def test_what_waits_for_a_snapshot_is_bounded():
    feed = Feed(early=tuple(a_change(at, at + 1) for at in range(LONGEST_WAIT)))
    step = hear(feed, a_change(LONGEST_WAIT, LONGEST_WAIT + 1), ASKED)
    assert len(step.feed.early) == LONGEST_WAIT
    assert step.feed.early[0].after == 1


def test_what_is_no_news_is_a_hint_where_the_venue_tells_only_news():
    gone = BookSaid(KEY, False, (a_level(1, 0), a_level(30, 0)), (a_level(50, 0),))
    knowing = Dialect("knowing", lambda _: [], lambda _: KEY, tells_only_news=True)
    for dialect, hints in ((knowing, 1), (INSIDE, 0)):
        _, events = told(dialect, a_snapshot(), gone)
        assert (events[-1].hints, events[-1].levels) == (hints, 3)


def test_breaking_leaves_nothing_to_read():
    feed, _ = told(INSIDE, a_snapshot(5))
    step = broken(feed, Reason.SILENCE, 1, 2)
    assert step == Step(step.feed, (Event(Kind.BROKEN, reason=Reason.SILENCE, expected=1, got=2),))
    assert step.feed.standing is Standing.STALE
    assert tradable(step.feed) == Unknown(Reason.SILENCE)


def test_a_book_with_one_side_can_be_read_and_not_traded_in():
    feed, _ = told(INSIDE, BookSaid(KEY, True, (a_level(1),), ()))
    assert isinstance(read(feed), Book)
    assert tradable(feed) == Unknown(Reason.ONE_SIDED)


def test_whoever_holds_an_earlier_feed_still_holds_that_moment():
    feed, _ = told(INSIDE, a_snapshot(5))
    hear(feed, a_change(6, 7), INSIDE)
    assert isinstance(read(feed), Book)
