"""A reader of the v2 states holds the exchange's book, every digit, or knows that it does not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.market.book import snapshot
from domain.market.level import Level
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid
from domain.venues.kraken import checksum_of
from live.collectors.book_keeper import Keeper, Trouble, hear_word, lost
from live.collectors.book_states import UNKNOWN, BookTeller
from live.collectors.grid import Digits
from live.collectors.lines import LINES
from live.protocol import v2
from tests.kit.book_reader import state_book
from tests.kit.facts import a_card

NOW_NS = 1_700_000_000_000_000_000
DIGITS = Digits(price=5, size=8)
TELLER = BookTeller(a_card().exchange, DIGITS)

sizes = st.integers(min_value=1, max_value=10**11)
bid_levels = st.dictionaries(st.integers(1, 60), sizes, max_size=12)
ask_levels = st.dictionaries(st.integers(61, 120), sizes, max_size=12)


def _side(table: dict[int, int]) -> tuple[Level, ...]:
    return tuple(
        Level(Decimal(price).scaleb(-DIGITS.price), Decimal(size).scaleb(-DIGITS.size))
        for price, size in table.items()
    )


def _whole(bids: dict[int, int], asks: dict[int, int], depth: int = 25) -> BookSaid:
    book = snapshot(_side(bids), _side(asks), depth=depth)
    key = BookKey("ETH/USDC", "book")
    checksum = checksum_of(book)
    return BookSaid(key, True, book.bids, book.asks, checksum=checksum, venue_ns=5)


def starting(depth: int) -> Keeper:
    return replace(Keeper.starting(7, LINES["kraken"], NOW_NS), depth=depth)


def _known() -> Keeper:
    keeper = starting(25)
    return hear_word(keeper, _whole({10: 1}, {70: 2}), NOW_NS).keeper


@given(st.lists(st.tuples(bid_levels, ask_levels), min_size=1, max_size=6), st.integers(1, 8))
def test_a_reader_holds_the_same_digits_after_every_change(steps, depth):
    keeper, told = starting(depth), list[v2.OrderBookState]()
    for bids, asks in steps:
        kept = hear_word(keeper, _whole(bids, asks, depth), NOW_NS)
        message = TELLER.change(keeper, kept.keeper)
        keeper = kept.keeper
        told += [message] if message is not None else []
        assert keeper.book is not None
        read = state_book(told)
        assert read is not None
        assert (read.bids, read.asks) == (keeper.book.bids, keeper.book.asks)
        assert read.sequence == keeper.sequence
        assert state_book([TELLER.whole(keeper)]) == read


def test_a_change_names_what_is_gone_with_no_size_and_leaves_the_rest_out():
    before = _known()
    after = hear_word(before, _whole({11: 3}, {70: 2}), NOW_NS).keeper
    message = TELLER.change(before, after)
    assert message is not None
    assert not message.is_full
    assert (message.bids, message.asks) == (((10, 0), (11, 3)), ())
    assert message.sequence == before.sequence + 1


def test_a_book_nobody_knows_is_told_as_such_once():
    before = _known()
    after = lost(before, Trouble(Reason.SILENCE, 1, 2)).keeper
    message = TELLER.change(before, after)
    assert message is not None
    assert (message.is_full, message.sequence, message.bids, message.asks) == (
        True,
        UNKNOWN,
        (),
        (),
    )
    assert TELLER.change(after, after) is None


def test_what_changes_no_book_is_not_told():
    keeper = _known()
    same = hear_word(
        keeper, msgspec.structs.replace(_whole({10: 1}, {70: 2}), is_snapshot=False), NOW_NS
    )
    assert TELLER.change(keeper, same.keeper) is None


def test_a_book_is_named_as_the_desk_names_it():
    card = a_card().exchange
    message = TELLER.whole(_known())
    assert message.routing == v2.Routing(venues=("paper",), pairs=("ETH-USDC",))
    assert (message.venue, message.symbol) == (card.venue, card.symbol)
    assert (message.base_asset, message.quote_asset) == (card.base_asset, card.quote_asset)
    assert (message.price_decimals, message.size_decimals) == DIGITS
