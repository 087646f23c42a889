"""Order books: what a book promises itself, whatever arrives."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.market.book import (
    Book,
    Gap,
    Rung,
    depth_e8,
    fill,
    followed,
    rungs,
    snapshot,
)
from domain.market.level import ASK, BID, Change, Level
from domain.market.reason import Reason

prices = st.integers(min_value=1, max_value=40)
sizes = st.integers(min_value=0, max_value=5)
changes = st.lists(
    st.builds(Change, st.sampled_from([BID, ASK]), prices.map(Decimal), sizes.map(Decimal)),
    max_size=40,
)


def _levels(*pairs: tuple[str, str]) -> list[Level]:
    return [Level(Decimal(price), Decimal(size)) for price, size in pairs]


@given(changes)
def test_levels_are_sorted_unique_and_positive_whatever_arrives(arrived):
    book = Book().changed(arrived, sequence=1, observed_ns=0)
    for levels, sign in ((book.asks, 1), (book.bids, -1)):
        keys = [sign * level.price for level in levels]
        assert keys == sorted(set(keys))
        assert all(level.size > 0 for level in levels)


@given(changes)
def test_a_book_holds_the_last_word_on_each_price(arrived):
    book = Book().changed(arrived, sequence=1, observed_ns=0)
    last = {(change.side, change.price): change.size for change in arrived}
    held = {(BID, *level) for level in book.bids} | {(ASK, *level) for level in book.asks}
    assert held == {(side, price, size) for (side, price), size in last.items() if size}


@given(changes, st.integers(min_value=1, max_value=5))
def test_beyond_the_depth_nothing_is_kept(arrived, depth):
    whole = Book().changed(arrived, sequence=1, observed_ns=0)
    cut = Book(depth=depth).changed(arrived, sequence=1, observed_ns=0)
    assert cut.asks == whole.asks[:depth]
    assert cut.bids == whole.bids[:depth]


def test_digits_stay_as_they_were_sent():
    book = snapshot(_levels(("0.0500", "1.00000000")), _levels(("0.0501", "0.50")))
    assert format(book.bids[0].size, "f") == "1.00000000"
    other = snapshot(_levels(("0.05", "1.00000000")), _levels(("0.0501", "0.50")))
    assert book.bids == other.bids
    assert [format(level.price, "f") for level in other.bids] == ["0.05"]


def test_a_change_leaves_the_earlier_book_as_it_was():
    before = snapshot(_levels(("10", "1")), _levels(("11", "1")))
    after = before.changed([Change(BID, Decimal(10), Decimal(0))], sequence=1, observed_ns=5)
    assert before.bids
    assert not after.bids
    assert (after.sequence, after.observed_ns) == (1, 5)


def test_messages_follow_each_other_or_leave_a_gap():
    book = snapshot(_levels(("10", "1")), _levels(("11", "1")), sequence=7)
    change = [Change(ASK, Decimal(12), Decimal(1))]
    after = followed(book, change, sequence=8, observed_ns=1)
    assert isinstance(after, Book)
    assert len(after.asks) == 2
    assert followed(book, change, sequence=7, observed_ns=1) is None
    assert followed(book, change, sequence=9, observed_ns=1) == Gap(expected=8, got=9)


def test_the_middle_is_floored_to_a_millionth():
    book = snapshot(_levels(("3000.01", "1")), _levels(("3000.02", "1")))
    assert book.mid_e6() == 3000_015000
    assert snapshot([], _levels(("1", "1"))).mid_e6() is None


def test_a_crossed_book_says_so():
    assert snapshot(_levels(("11", "1")), _levels(("11", "1"))).is_crossed()
    assert not snapshot(_levels(("10", "1")), _levels(("11", "1"))).is_crossed()


@pytest.mark.parametrize("bids", [(("10", "1"), ("10.0", "2")), (("10", "0"),)])
def test_impossible_snapshots_are_refused(bids):
    with pytest.raises(InputRefused):
        snapshot(_levels(*bids), [])


def test_walking_the_book_costs_each_level_at_its_own_price():
    ladder = rungs(_levels(("100", "1"), ("101", "2")))
    walked = fill(ladder, 2 * 10**8)
    assert walked is not None
    assert walked.cost_e16 == 201 * 10**16
    assert walked.last_price_e8 == 101 * 10**8
    assert fill(ladder, 3 * 10**8 + 1) is None
    assert depth_e8(ladder) == 3 * 10**8


@given(
    st.lists(st.tuples(prices, st.integers(min_value=1, max_value=9)), min_size=1, max_size=8),
    st.data(),
)
def test_a_fill_in_two_parts_costs_what_it_costs_in_one(pairs, data):
    ladder = tuple(Rung(price, size) for price, size in sorted(pairs))
    total = data.draw(st.integers(min_value=1, max_value=depth_e8(ladder)))
    by_unit = sorted(price for price, size in ladder for _ in range(size))[:total]
    walked = fill(ladder, total)
    assert walked is not None
    assert walked.cost_e16 == sum(by_unit)
    assert walked.last_price_e8 == by_unit[-1]


def test_levels_finer_than_the_wire_are_refused():
    with pytest.raises(InputRefused):
        rungs(_levels(("0.000000001", "1")))


@given(changes)
def test_a_level_is_found_where_it_is_and_nowhere_else(arrived):
    book = Book().changed(arrived, sequence=1, observed_ns=0)
    for side, levels in ((BID, book.bids), (ASK, book.asks)):
        held = dict(levels)
        for price in range(1, 41):
            assert book.size_at(side, Decimal(price)) == held.get(Decimal(price))


deep_changes = st.lists(
    st.builds(
        Change,
        st.sampled_from([BID, ASK]),
        st.integers(min_value=1, max_value=220).map(Decimal),
        sizes.map(Decimal),
    ),
    max_size=20,
)


@given(st.integers(min_value=1, max_value=3), deep_changes)
def test_deep_books_are_searched_as_shallow_ones_are(step, arrived):
    levels = [Level(Decimal(price), Decimal(9)) for price in range(1, 221, step)]
    book = snapshot(levels, levels).changed(arrived, sequence=1, observed_ns=0)
    last = {(change.side, change.price): change.size for change in arrived}
    for side, held, sign in ((BID, book.bids, -1), (ASK, book.asks, 1)):
        true = dict(levels) | {price: size for (at, price), size in last.items() if at == side}
        expected = sorted((pair for pair in true.items() if pair[1]), key=lambda p: sign * p[0])
        assert list(held) == expected
        for price, size in last.items():
            assert book.size_at(*price) == (size or None)


@given(changes)
def test_a_side_that_hears_nothing_is_not_copied(arrived):
    before = Book().changed(arrived, sequence=1, observed_ns=0)
    after = before.updated([], [Level(Decimal(50), Decimal(1))], sequence=2, observed_ns=0)
    assert after.bids is before.bids
    assert after.asks[-1] == Level(Decimal(50), Decimal(1))


@pytest.mark.parametrize(
    ("bids", "asks", "fault"),
    [
        ([], [], Reason.EMPTY),
        ([("10", "1")], [], Reason.ONE_SIDED),
        ([], [("10", "1")], Reason.ONE_SIDED),
        ([("11", "1")], [("11", "1")], Reason.CROSSED),
        ([("12", "1")], [("11", "1")], Reason.CROSSED),
        ([("10", "1")], [("11", "1")], None),
    ],
)
def test_a_book_nobody_can_trade_between_says_why(bids, asks, fault):
    assert snapshot(_levels(*bids), _levels(*asks)).fault() == fault
