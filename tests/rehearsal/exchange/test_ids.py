"""Ids look like Kraken's, never repeat, and can be read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.exchange.ids import number_of, public_id

numbers, salts = st.integers(0, 2**48 - 1), st.integers(0, 2**63)


@given(numbers, salts)
def test_an_id_is_read_back_to_its_number(number, salt):
    assert number_of(public_id("O", number, salt), "O", salt) == number


@given(numbers, salts)
def test_an_id_has_krakens_shape(number, salt):
    assert re.fullmatch(r"T[A-Z2-7]{5}-[A-Z2-7]{5}-[A-Z2-7]{6}", public_id("T", number, salt))


@given(st.sets(numbers, min_size=2, max_size=20), salts)
def test_different_numbers_have_different_ids(some, salt):
    assert len({public_id("L", number, salt) for number in some}) == len(some)


@pytest.mark.parametrize(
    "text", ["", "O", "OQCLML-BW3P3-BUCMWZ", "OQCLML-BW3P3", "O11111-11111-111111"]
)
def test_what_is_not_ours_is_nobody(text):
    assert number_of(text, "O", 12345) is None


def test_another_kind_is_not_mistaken():
    assert number_of(public_id("T", 5, 1), "O", 1) is None
