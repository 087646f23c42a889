"""The keeper of the book: its words rebuild the same book; of a doubtful one it says nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.book import Book, followed, snapshot
from domain.market.level import BID, Change, Level
from domain.market.reason import Reason
from domain.venues.kraken import checksum_of
from live.collectors.book_keeper import Keeper, Trouble, hear_book, hear_trade, lost
from live.collectors.kraken_feed import BookHeard, TradeHeard
from live.protocol import v1

HASH = 42
NOW_NS = 1_700_000_000_000_000_000
START = NOW_NS // 10**9 << 20

levels = st.dictionaries(
    st.integers(min_value=1, max_value=60), st.integers(min_value=1, max_value=9), max_size=12
)


def _side(table: dict[int, int]) -> tuple[Level, ...]:
    return tuple(
        Level(Decimal(f"{price}.00"), Decimal(f"{size}.00000000")) for price, size in table.items()
    )


def _heard(
    bids: dict[int, int], asks: dict[int, int], before: Book | None, depth: int
) -> BookHeard:
    """Say what the venue would: a snapshot, or the levels that differ, with the right checksum."""
    whole = snapshot(_side(bids), _side(asks), depth=depth)
    if before is None:
        return BookHeard("ETH/USDC", True, whole.bids, whole.asks, checksum_of(whole), 5)
    sides = [
        tuple(Level(price, Decimal("0.00000000")) for price, _ in old if price not in dict(new))
        + tuple(level for level in new if level not in old)
        for old, new in ((before.bids, whole.bids), (before.asks, whole.asks))
    ]
    return BookHeard("ETH/USDC", False, sides[0], sides[1], checksum_of(whole), 5)


def _keeper(depth: int = 25) -> Keeper:
    return Keeper.starting(HASH, depth, NOW_NS)


def _with_book(depth: int = 25) -> Keeper:
    return hear_book(_keeper(depth), _heard({10: 1}, {11: 2}, None, depth), NOW_NS).keeper


def test_a_snapshot_is_published_whole():
    kept = hear_book(_keeper(), _heard({10: 1}, {11: 2}, None, 25), NOW_NS)
    (message,) = kept.messages
    assert message == v1.L2Snapshot(
        5,
        HASH,
        START + 1,
        (v1.Level(10 * 10**8, 10**8),),
        (v1.Level(11 * 10**8, 2 * 10**8),),
    )
    assert kept.trouble is None


@given(st.lists(st.tuples(levels, levels), min_size=2, max_size=6), st.integers(1, 8))
def test_a_reader_of_the_deltas_holds_the_same_book(steps, depth):
    keeper, reader = _keeper(depth), Book()
    for bids, asks in steps:
        kept = hear_book(keeper, _heard(bids, asks, keeper.book, depth), NOW_NS)
        assert kept.trouble is None
        keeper = kept.keeper
        for message in kept.messages:
            reader = _read(reader, message)
        assert keeper.book is not None
        assert (reader.bids, reader.asks) == (keeper.book.bids, keeper.book.asks)
        assert reader.sequence == keeper.sequence


def _read(book: Book, message: object) -> Book:
    scale = Decimal("1e-8")
    if isinstance(message, v1.L2Snapshot):
        sides = [
            [Level(level.price_e8 * scale, level.volume_e8 * scale) for level in side]
            for side in (message.bids, message.asks)
        ]
        return snapshot(*sides, sequence=message.sequence)
    assert isinstance(message, v1.L2Delta)
    changes = [
        Change(update.side, update.price_e8 * scale, update.volume_e8 * scale)
        for update in message.updates
    ]
    after = followed(book, changes, sequence=message.sequence, observed_ns=0)
    assert isinstance(after, Book)
    return after


def test_a_level_that_falls_out_of_the_depth_is_deleted_for_readers():
    keeper = hear_book(_keeper(1), _heard({10: 1}, {11: 2}, None, 1), NOW_NS).keeper
    better = BookHeard(
        "ETH/USDC",
        False,
        _side({12: 3}),
        (),
        checksum_of(snapshot(_side({12: 3}), _side({11: 2}), depth=1)),
        5,
    )
    (message,) = hear_book(keeper, better, NOW_NS).messages
    assert isinstance(message, v1.L2Delta)
    assert message.updates == (
        v1.L2Update(BID, 10 * 10**8, 0, v1.DELETE),
        v1.L2Update(BID, 12 * 10**8, 3 * 10**8, v1.INSERT),
    )


def test_a_wrong_checksum_drops_the_book_and_tells_readers():
    keeper = _with_book()
    assert keeper.book is not None
    good = _heard({10: 5}, {11: 2}, keeper.book, 25)
    kept = hear_book(keeper, good._replace(checksum=good.checksum ^ 1), NOW_NS)
    assert kept.keeper.book is None
    assert kept.messages == (v1.L2Reset(HASH, 0),)
    assert kept.trouble == Trouble(Reason.CHECKSUM, good.checksum, good.checksum ^ 1)


def test_after_trouble_updates_are_ignored_until_a_snapshot():
    keeper = lost(_with_book(), Trouble(Reason.SILENCE, 1, 2)).keeper
    update = BookHeard("ETH/USDC", False, _side({10: 5}), (), 0, 5)
    assert hear_book(keeper, update, NOW_NS).messages == ()
    again = hear_book(keeper, _heard({10: 1}, {11: 2}, None, 25), NOW_NS)
    (message,) = again.messages
    assert isinstance(message, v1.L2Snapshot)
    assert message.sequence == keeper.sequence + 1


def test_a_snapshot_that_contradicts_itself_is_no_book():
    twice = (Level(Decimal("10.00"), Decimal(1)), Level(Decimal("10.0"), Decimal(2)))
    kept = hear_book(_with_book(), BookHeard("ETH/USDC", True, twice, (), 0, 5), NOW_NS)
    assert kept.keeper.book is None
    assert kept.messages == (v1.L2Reset(HASH, 0),)
    assert kept.trouble is not None
    assert kept.trouble.reason is Reason.REPEATED_PRICE


@pytest.mark.parametrize("reason", Reason)
def test_the_journal_has_a_word_for_every_trouble(reason):
    noticed = Trouble(reason, 1, 2).noticed
    assert noticed == (reason if reason in {"checksum", "silence"} else "gap")


def test_trouble_without_a_book_has_nothing_to_reset():
    assert lost(_keeper(), Trouble(Reason.SILENCE, 1, 2)).messages == ()


def test_an_update_that_changes_nothing_takes_no_sequence():
    keeper = _with_book()
    assert keeper.book is not None
    same = BookHeard("ETH/USDC", False, _side({10: 1}), (), checksum_of(keeper.book), 5)
    kept = hear_book(keeper, same, NOW_NS)
    assert kept.messages == ()
    assert kept.keeper.sequence == keeper.sequence


def test_sequences_of_a_later_start_lie_above_all_of_an_earlier_one():
    earlier = replace(_keeper(), sequence=START + 900_000)
    later = Keeper.starting(HASH, 25, NOW_NS + 10**9)
    assert later.sequence > earlier.sequence


def test_a_trade_is_carried_with_both_clocks():
    heard = TradeHeard("ETH/USDC", Decimal("3000.10"), Decimal("0.25000000"), "sell", 7)
    (message,) = hear_trade(_keeper(), heard, 9).messages
    assert message == v1.Trade(7, 9, 300_010_000_000, 25_000_000, HASH, v1.SELL)
