"""A number on its pair's grid arrives exactly; any other has a reason and is not rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.level import Level, number_of, written
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, Unread
from live.collectors.grid import Digits, digits_of, on_grid

DIGITS = Digits(price=2, size=8)
KEY = BookKey("ETH/USDC", "book")


def held(price: str, size: str, *, is_padded: bool) -> BookSaid | Unread:
    level = Level(number_of(price), number_of(size))
    return on_grid(BookSaid(KEY, False, (level,), ()), DIGITS, is_padded=is_padded)


@given(st.integers(1, 2**53 // 100), st.integers(0, 2**53), st.booleans())
def test_any_number_on_the_grid_arrives_exactly(cents, lots, is_padded):
    price, size = f"{Decimal(cents).scaleb(-2):f}", f"{Decimal(lots).scaleb(-8):f}"
    said = held(price, size, is_padded=is_padded)
    assert isinstance(said, BookSaid)
    assert [tuple(map(written, level)) for level in said.bids] == [(price, size)]


def test_numbers_sent_short_are_written_in_full_where_the_proof_wants_it():
    said = held("3000.1", "2", is_padded=True)
    assert isinstance(said, BookSaid)
    assert [tuple(map(written, level)) for level in said.bids] == [("3000.10", "2.00000000")]


@pytest.mark.parametrize(("price", "size"), [("3000.1", "2"), ("3000.100", "2.0000000000")])
def test_elsewhere_digits_stay_as_sent_be_they_fewer_or_more(price, size):
    said = held(price, size, is_padded=False)
    assert isinstance(said, BookSaid)
    assert [tuple(map(written, level)) for level in said.bids] == [(price, size)]


@pytest.mark.parametrize(
    ("price", "size", "reason"),
    [
        ("3000.101", "1", Reason.OFF_GRID),
        ("3000.10", "0.000000001", Reason.OFF_GRID),
        ("92233720368.55", "1", Reason.TOO_LARGE),
        ("3000.10", "92233720368.55", Reason.TOO_LARGE),
        ("9" * 40, "1", Reason.TOO_LARGE),
        ("0." + "0" * 39 + "1", "1", Reason.OFF_GRID),
    ],
)
@pytest.mark.parametrize("is_padded", [True, False])
def test_a_number_no_reader_could_be_told_has_its_reason(price, size, reason, is_padded):
    assert held(price, size, is_padded=is_padded) == Unread(KEY, reason)


def test_the_steps_of_a_pair_say_its_digits():
    assert digits_of("0.01", "0.00000001") == DIGITS
    assert digits_of("0.01", "1e-8") == DIGITS
    assert digits_of("1", "0.1") == Digits(0, 1)
