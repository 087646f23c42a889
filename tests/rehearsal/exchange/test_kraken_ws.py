"""Differences between books rebuild the book, and messages keep every decimal."""

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.exchange.kraken_ws import (
    QUEUE_LIMIT,
    Subscriber,
    book_diff,
    book_message,
    levels_json,
)

sides = st.dictionaries(st.integers(1, 30), st.integers(1, 5), max_size=10).map(
    lambda side: tuple(sorted(side.items()))
)


@settings(deadline=None)
@given(sides, sides)
def test_applying_a_difference_gives_the_new_side(old, new):
    held = dict(old) | dict(book_diff(old, new))
    assert {price: lots for price, lots in held.items() if lots} == dict(new)


@settings(deadline=None)
@given(sides, sides)
def test_a_reader_that_truncates_as_it_goes_loses_nothing(old, new):
    depth = max(len(old), len(new))
    held = dict(old)
    for price, lots in book_diff(old, new):
        held[price] = lots
        held = {p: q for p, q in sorted(held.items()) if q}
        held = dict(list(held.items())[:depth])
    assert held == dict(new)


@given(sides)
def test_nothing_new_is_no_difference(side):
    assert book_diff(side, side) == ()


def test_numbers_keep_their_trailing_zeros():
    assert levels_json(((300_010, 50_000_000),)) == '[{"price":3000.10,"qty":0.50000000}]'


def test_a_message_is_json_with_exact_numbers():
    text = book_message("update", ((1, 2),), (), 7, 1_700_000_000_000_000)
    message = json.loads(text, parse_float=Decimal)
    assert message["data"][0]["bids"] == [{"price": Decimal("0.01"), "qty": Decimal("0.00000002")}]
    assert (message["type"], message["data"][0]["checksum"]) == ("update", 7)


def test_a_subscriber_that_does_not_read_is_given_up():
    subscriber = Subscriber()
    for _ in range(QUEUE_LIMIT):
        subscriber.put("x")
    assert not subscriber.has_overflowed
    subscriber.put("x")
    assert subscriber.has_overflowed
