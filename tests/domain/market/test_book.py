"""Order books: an exchange's own checksums over a recording, and what a book promises itself."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.market.book import (
    ASK,
    BID,
    Book,
    Change,
    Gap,
    Level,
    Rung,
    Stale,
    depth_e8,
    fill,
    followed,
    rungs,
    snapshot,
    staleness,
)

RECORDING = Path(__file__).parents[4] / "shared" / "data" / "cex_l2"
prices = st.integers(min_value=1, max_value=40)
sizes = st.integers(min_value=0, max_value=5)
changes = st.lists(
    st.builds(Change, st.sampled_from([BID, ASK]), prices.map(Decimal), sizes.map(Decimal)),
    max_size=40,
)


def _levels(*pairs: tuple[str, str]) -> list[Level]:
    return [Level(Decimal(price), Decimal(size)) for price, size in pairs]


def _messages() -> Iterator[list[Any]]:
    path = RECORDING / "KRAKEN.ws.50.0.gz"
    if not path.exists():
        pytest.skip("the recorded exchange feed is not on this machine")
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        start = line.find(": [")
        if start >= 0 and line[:start].replace(".", "").isdigit():
            yield json.loads(line[start + 2 :])


def _applied(book: Book | None, parts: list[dict[str, Any]]) -> Book:
    """Apply one v1 message of Kraken, whose asks and bids may come in two objects."""
    merged = {key: value for part in parts for key, value in part.items()}
    if "as" in merged:
        bids, asks = (
            [Level(Decimal(row[0]), Decimal(row[1])) for row in merged[side]]
            for side in ("bs", "as")
        )
        return snapshot(bids, asks, depth=1000)
    assert book is not None
    rows = [(ASK, row) for row in merged.get("a", [])] + [(BID, row) for row in merged.get("b", [])]
    changed = [Change(side, Decimal(row[0]), Decimal(row[1])) for side, row in rows]
    return book.changed(changed, sequence=book.sequence + 1, observed_ns=0)


def test_every_checksum_of_a_recorded_exchange_feed_matches():
    expected = RECORDING / "expected.json"
    books: dict[str, Book] = {}
    matched = 0
    for message in _messages():
        pair, parts = message[-1], message[1:-2]
        books[pair] = _applied(books.get(pair), parts)
        sums = [int(part["c"]) for part in parts if "c" in part]
        if sums:
            assert books[pair].checksum() == sums[-1], (pair, message)
            matched += 1
    assert matched == json.loads(expected.read_text())["KRAKEN.ws.50.0"]["must_match"]


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
    assert book.checksum() != other.checksum()


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


def test_a_book_grows_stale_with_time_alone():
    book = Book(observed_ns=100)
    assert staleness(book, 150, 50) is None
    assert staleness(book, 151, 50) == Stale(51, 50)
