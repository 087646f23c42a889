"""The words of topics and data are read as the ABI writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chain.words import split_words, word_address, word_int, word_uint
from tests.kit.logs import hexed, word


@given(st.lists(st.integers(min_value=0, max_value=2**256 - 1), max_size=5))
def test_words_come_back_as_the_numbers_written(numbers):
    words = split_words("0x" + "".join(map(word, numbers)))
    assert words is not None
    assert [word_uint(each) for each in words] == numbers


@given(st.integers(min_value=-(2**255), max_value=2**255 - 1))
def test_a_signed_word_keeps_its_sign(number):
    assert word_int(word(number)) == number


@pytest.mark.parametrize("data", ["", "0x0", "0x05", "0x" + "0" * 63, "0x" + "G" * 64, "0" * 64])
def test_what_is_no_row_of_whole_words_is_none(data):
    assert split_words(data) is None


def test_no_data_is_no_words():
    assert split_words("0x") == []


def test_an_address_is_the_low_twenty_bytes():
    assert word_address("ff" * 12 + hexed(0xAB)[2:]) == hexed(0xAB)
