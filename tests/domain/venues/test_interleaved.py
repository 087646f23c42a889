"""The checksum OKX and Bitget share, over the texts their documentation gives as examples."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from domain.market.book import snapshot
from domain.market.level import Level, number_of
from domain.venues.interleaved import interleaved_crc32


def a_book(bids, asks):
    return snapshot(*([Level(*map(number_of, row)) for row in rows] for rows in (bids, asks)))


def test_sides_take_turns():
    book = a_book([("43231.1", "4"), ("43231", "6")], [("43232.8", "9"), ("43232.9", "8")])
    text = "43231.1:4:43232.8:9:43231:6:43232.9:8"
    assert interleaved_crc32(book) % 2**32 == zlib.crc32(text.encode())


def test_the_longer_side_goes_on_alone():
    book = a_book([("3366.1", "7")], [("3366.8", "9"), ("3368", "8"), ("3372", "8")])
    text = "3366.1:7:3366.8:9:3368:8:3372:8"
    assert interleaved_crc32(book) % 2**32 == zlib.crc32(text.encode())


def test_zeros_at_the_end_count():
    assert interleaved_crc32(a_book([("0.5", "1")], [])) != interleaved_crc32(
        a_book([("0.5000", "1")], [])
    )


def test_very_small_numbers_are_written_out():
    book = a_book([("0.000000012", "0.00000010")], [])
    assert interleaved_crc32(book) % 2**32 == zlib.crc32(b"0.000000012:0.00000010")


@given(st.integers(1, 60))
def test_it_is_signed_and_levels_beyond_the_25th_do_not_count(levels):
    rows = [(str(price), "1.0") for price in range(1, levels + 1)]
    summed = interleaved_crc32(a_book([], rows))
    assert -(2**31) <= summed < 2**31
    assert summed == interleaved_crc32(a_book([], rows[:25]))
