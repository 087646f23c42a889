"""The keeper of the book: its words rebuild the same book; of a doubtful one it says nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.book import Book, followed, snapshot
from domain.market.level import BID, Change, Level
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, Counted, DepthSaid, Unread
from domain.venues.kraken import checksum_of
from live.collectors.book_keeper import Keeper, Trouble, hear_trade, hear_word, lost
from live.collectors.kraken_trades import TradeHeard
from live.collectors.lines import LINES
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


def _heard(bids: dict[int, int], asks: dict[int, int], before: Book | None, depth: int) -> BookSaid:
    """Say what the venue would: a snapshot, or the levels that differ, with the right checksum."""
    whole = snapshot(_side(bids), _side(asks), depth=depth)
    if before is None:
        return said(True, whole.bids, whole.asks, checksum_of(whole))
    sides = [
        tuple(Level(price, Decimal("0.00000000")) for price, _ in old if price not in dict(new))
        + tuple(level for level in new if level not in old)
        for old, new in ((before.bids, whole.bids), (before.asks, whole.asks))
    ]
    return said(False, *sides, checksum_of(whole))


def _keeper(depth: int = 25) -> Keeper:
    keeper = Keeper.starting(HASH, LINES["kraken"], NOW_NS)
    return hear_word(keeper, DepthSaid(BookKey("ETH/USDC", "book"), depth), NOW_NS).keeper


def said(
    is_snapshot: bool, bids: tuple[Level, ...], asks: tuple[Level, ...], checksum: int
) -> BookSaid:
    key = BookKey("ETH/USDC", "book")
    return BookSaid(key, is_snapshot, bids, asks, checksum=checksum, venue_ns=5)


def _with_book(depth: int = 25) -> Keeper:
    return hear_word(_keeper(depth), _heard({10: 1}, {11: 2}, None, depth), NOW_NS).keeper


def test_a_snapshot_is_published_whole():
    kept = hear_word(_keeper(), _heard({10: 1}, {11: 2}, None, 25), NOW_NS)
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
        kept = hear_word(keeper, _heard(bids, asks, keeper.book, depth), NOW_NS)
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
    keeper = hear_word(_keeper(1), _heard({10: 1}, {11: 2}, None, 1), NOW_NS).keeper
    checksum = checksum_of(snapshot(_side({12: 3}), _side({11: 2}), depth=1))
    better = said(False, _side({12: 3}), (), checksum)
    (message,) = hear_word(keeper, better, NOW_NS).messages
    assert isinstance(message, v1.L2Delta)
    assert message.updates == (
        v1.L2Update(BID, 10 * 10**8, 0, v1.DELETE),
        v1.L2Update(BID, 12 * 10**8, 3 * 10**8, v1.INSERT),
    )


def test_a_wrong_checksum_drops_the_book_and_tells_readers():
    keeper = _with_book()
    assert keeper.book is not None
    good = _heard({10: 5}, {11: 2}, keeper.book, 25)
    checksum = good.checksum or 0
    kept = hear_word(keeper, msgspec.structs.replace(good, checksum=checksum ^ 1), NOW_NS)
    assert kept.keeper.book is None
    assert kept.messages == (v1.L2Reset(HASH, 0),)
    assert kept.trouble == Trouble(Reason.CHECKSUM, checksum, checksum ^ 1)


def test_after_trouble_updates_are_ignored_until_a_snapshot():
    keeper = lost(_with_book(), Trouble(Reason.SILENCE, 1, 2)).keeper
    update = said(False, _side({10: 5}), (), 0)
    assert hear_word(keeper, update, NOW_NS).messages == ()
    again = hear_word(keeper, _heard({10: 1}, {11: 2}, None, 25), NOW_NS)
    (message,) = again.messages
    assert isinstance(message, v1.L2Snapshot)
    assert message.sequence == keeper.sequence + 1


def test_a_snapshot_that_contradicts_itself_is_no_book():
    twice = (Level(Decimal("10.00"), Decimal(1)), Level(Decimal("10.0"), Decimal(2)))
    kept = hear_word(_with_book(), said(True, twice, (), 0), NOW_NS)
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
    same = said(False, _side({10: 1}), (), checksum_of(keeper.book))
    kept = hear_word(keeper, same, NOW_NS)
    assert kept.messages == ()
    assert kept.keeper.sequence == keeper.sequence


def test_sequences_of_a_later_start_lie_above_all_of_an_earlier_one():
    earlier = replace(_keeper(), sequence=START + 900_000)
    later = Keeper.starting(HASH, LINES["kraken"], NOW_NS + 10**9)
    assert later.sequence > earlier.sequence


def test_a_trade_is_carried_with_both_clocks():
    heard = TradeHeard("ETH/USDC", Decimal("3000.10"), Decimal("0.25000000"), "sell", 7)
    (message,) = hear_trade(_keeper(), heard, 9).messages
    assert message == v1.Trade(7, 9, 300_010_000_000, 25_000_000, HASH, v1.SELL)


def test_readers_are_told_the_best_levels_of_however_deep_a_book():
    deep = _side(dict.fromkeys(range(1, 61), 1)), _side(dict.fromkeys(range(61, 121), 2))
    keeper = Keeper.starting(HASH, LINES["okx"], NOW_NS)
    kept = hear_word(keeper, BookSaid(BookKey("E", "books"), True, *deep), NOW_NS)
    (message,) = kept.messages
    assert isinstance(message, v1.L2Snapshot)
    assert (len(message.bids), len(message.asks)) == (25, 25)
    gone = BookSaid(BookKey("E", "books"), False, (Level(Decimal("60.00"), Decimal(0)),), ())
    (message,) = hear_word(kept.keeper, gone, NOW_NS).messages
    assert isinstance(message, v1.L2Delta)
    assert message.updates == (
        v1.L2Update(BID, 60 * 10**8, 0, v1.DELETE),
        v1.L2Update(BID, 35 * 10**8, 10**8, v1.INSERT),
    )
    unseen = BookSaid(BookKey("E", "books"), False, (Level(Decimal("3.00"), Decimal(0)),), ())
    assert hear_word(kept.keeper, unseen, NOW_NS).messages == ()


def test_changes_wait_for_a_snapshot_that_is_asked_for_and_join_it():
    key = BookKey("BTCUSDT", "depth")
    keeper = Keeper.starting(HASH, LINES["binance"], NOW_NS)
    early = hear_word(keeper, BookSaid(key, False, _side({9: 2}), (), after=10, upto=12), NOW_NS)
    assert (early.messages, early.ignored) == ((), Reason.NO_SNAPSHOT)
    whole = BookSaid(key, True, _side({8: 1}), _side({11: 1}), upto=11)
    (message,) = hear_word(early.keeper, whole, NOW_NS).messages
    assert isinstance(message, v1.L2Snapshot)
    assert [level.price_e8 for level in message.bids] == [9 * 10**8, 8 * 10**8]


def test_a_snapshot_that_is_too_old_changes_nothing():
    key = BookKey("BTCUSDT", "depth")
    keeper = Keeper.starting(HASH, LINES["binance"], NOW_NS)
    early = BookSaid(key, False, _side({9: 2}), (), after=10, upto=12)
    old = BookSaid(key, True, _side({8: 1}), _side({11: 1}), upto=9)
    kept = hear_word(hear_word(keeper, early, NOW_NS).keeper, old, NOW_NS)
    assert (kept.messages, kept.trouble, kept.ignored) == ((), None, Reason.OLD_SNAPSHOT)
    assert kept.keeper.book is None


def test_a_message_said_twice_is_ignored_by_name():
    key = BookKey("AB", "orderbook.50")
    keeper = Keeper.starting(HASH, LINES["bybit"], NOW_NS)
    keeper = hear_word(
        keeper, BookSaid(key, True, _side({8: 1}), _side({11: 1}), upto=5), NOW_NS
    ).keeper
    change = BookSaid(key, False, _side({9: 2}), (), after=5, upto=6)
    once = hear_word(keeper, change, NOW_NS)
    twice = hear_word(once.keeper, change, NOW_NS)
    assert (twice.messages, twice.ignored) == ((), Reason.DUPLICATE)
    assert twice.keeper.book == once.keeper.book


@pytest.mark.parametrize(("second", "reason"), [(2, Reason.GAP), (0, Reason.OUT_OF_ORDER)])
def test_a_frame_missing_from_the_connections_count_drops_the_book(second, reason):
    keeper = Keeper.starting(HASH, LINES["coinbase"], NOW_NS)
    keeper = hear_word(keeper, Counted(0), NOW_NS).keeper
    whole = BookSaid(BookKey("AB", "l2_data"), True, _side({8: 1}), _side({11: 1}))
    keeper = hear_word(keeper, whole, NOW_NS).keeper
    kept = hear_word(keeper, Counted(second), NOW_NS)
    assert kept.trouble == Trouble(reason, 1, second)
    assert kept.messages == (v1.L2Reset(HASH, 0),)
    assert hear_word(keeper.connected(), Counted(second), NOW_NS).trouble is None


def test_what_could_not_be_read_drops_the_book_for_its_reason():
    kept = hear_word(_with_book(), Unread(None, Reason.OFF_GRID), NOW_NS)
    assert kept.keeper.book is None
    assert kept.trouble is not None
    assert kept.trouble.reason is Reason.OFF_GRID
