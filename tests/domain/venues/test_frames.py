"""Frames are JSON or no messages; depth and damage are refused before they do harm."""

import pytest

from domain.market.level import Level
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, Unread
from domain.venues.frames import book_said, exact_message_of, message_of, milliseconds_ns

KEY = BookKey("AB", "book")


@pytest.mark.parametrize("frame", ["", "  ", "pong", "ping", "null", "7", '"text"', "<html>"])
def test_what_is_no_object_or_list_is_no_message(frame):
    assert message_of(frame) is None


def test_a_message_is_read():
    assert message_of(' {"a": ["1.50"]}\n') == {"a": ["1.50"]}


@pytest.mark.parametrize("frame", ["{", '{"a":', "[1,", '{"a":1}x', "[NaN]", "[" * 100_000])
def test_a_damaged_message_is_refused(frame):
    with pytest.raises(ValueError, match=r".*"):
        message_of(frame)


def test_numbers_keep_their_text():
    assert exact_message_of("[0.00100000, 45285.2, 7, 1e-7]") == [
        "0.00100000",
        "45285.2",
        "7",
        "1e-7",
    ]


@pytest.mark.parametrize(("found", "ns"), [("12", 12_000_000), (12, 12_000_000), (None, 0)])
def test_milliseconds_are_read_from_text_and_numbers(found, ns):
    assert milliseconds_ns(found) == ns


def test_levels_that_are_none_make_no_message():
    good, bad = [["1", "2"]], [["1", "x"]]
    said = book_said(KEY, good, [], is_snapshot=True, upto=7)
    assert isinstance(said, BookSaid)
    assert said.bids == (Level(*map(type(said.bids[0].price), ("1", "2"))),)
    assert said.upto == 7
    for sides in ((bad, good), (good, bad)):
        assert book_said(KEY, *sides, is_snapshot=True) == Unread(KEY, Reason.NOT_A_NUMBER)
