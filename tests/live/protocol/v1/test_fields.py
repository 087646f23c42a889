"""The field kinds of v1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v1.fields import (
    Reader,
    pull_padded,
    push_int,
    push_padded,
    push_text,
    push_u64s,
    push_uint,
)


@given(st.sampled_from([1, 2, 4, 8, 16]), st.data())
def test_integers_come_back(size, data):
    unsigned = data.draw(st.integers(0, 2 ** (8 * size) - 1))
    signed = data.draw(st.integers(-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1))
    reader = Reader(push_uint(unsigned, size) + push_int(signed, size))
    assert (reader.pull_uint(size), reader.pull_int(size)) == (unsigned, signed)


@given(st.text(max_size=50))
def test_text_comes_back(text):
    assert Reader(push_text(text)).pull_text() == text


def test_bad_utf8_is_replaced_not_refused():
    assert Reader(b"\x02\x00a\xff").pull_text() == "a\ufffd"


def test_padded_text_is_cut_at_its_field():
    assert push_padded("USD Coin", 4) == b"USD "
    assert pull_padded(push_padded("USDC", 16)) == "USDC"


def test_words_follow_each_other():
    assert push_u64s([1, 2]) == b"\1" + bytes(7) + b"\2" + bytes(7)


@pytest.mark.parametrize(("value", "size"), [(-1, 8), (256, 1), (2**64, 8)])
def test_a_number_that_does_not_fit_is_our_bug(value, size):
    with pytest.raises(LocalWireError):
        push_uint(value, size)


def test_a_short_payload_says_what_was_needed():
    with pytest.raises(RemoteWireError) as refused:
        Reader(b"abc").pull_bytes(4)
    assert refused.value.context == {"need": 4, "got": 3}


def test_the_rest_is_everything_unread():
    reader = Reader(b"abc")
    reader.pull_bytes(1)
    assert reader.pull_rest() == b"bc"
