"""A frame is about our book, about another, about nothing, or a doubt; never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, Counted, Unread
from live.collectors.book_words import Ear
from live.collectors.grid import Digits
from live.collectors.lines import LINES


def an_ear(client: str = "bybit", key: BookKey | None = None) -> Ear:
    return Ear(LINES[client], key or BookKey("AB", "orderbook.50"), Digits(2, 8))


def a_frame(symbol: str = "AB", price: str = "10.00") -> str:
    data = f'{{"s":"{symbol}","b":[["{price}","1"]],"a":[],"u":7}}'
    return f'{{"topic":"orderbook.50.{symbol}","type":"snapshot","data":{data}}}'


def test_our_book_is_told_from_another():
    ear = an_ear()
    (ours,) = ear.frame(a_frame())
    (other,) = ear.frame(a_frame("CD"))
    assert isinstance(ours, BookSaid)
    assert (ear.is_ours(ours), ear.is_ours(other)) == (True, False)


def test_a_number_off_our_pairs_grid_is_a_doubt_and_one_off_anothers_is_not():
    ear = an_ear()
    assert ear.frame(a_frame(price="10.001")) == [Unread(ear.key, Reason.OFF_GRID)]
    (other,) = ear.frame(a_frame("CD", price="10.001"))
    assert isinstance(other, BookSaid)


def test_a_count_of_frames_concerns_every_book():
    ear = an_ear("coinbase", BookKey("A-B", "l2_data"))
    (counted,) = ear.frame('{"channel":"heartbeats","sequence_num":3,"events":[]}')
    assert counted == Counted(3)
    assert ear.is_ours(counted)


@pytest.mark.parametrize("text", ["pong", "", " \n", '{"success":true,"op":"pong"}', "[]"])
def test_signs_of_life_say_nothing(text):
    assert an_ear().frame(text) == []


@pytest.mark.parametrize("text", ["<html>502</html>", "hello", "{", '{"topic":"orderbook.50.AB"}'])
def test_what_no_venue_means_is_a_doubt_about_our_book(text):
    ear = an_ear()
    (word,) = ear.frame(text)
    assert word == Unread(None, Reason.UNREADABLE)
    assert ear.is_ours(word)


@pytest.mark.parametrize("client", LINES)
@given(st.text(max_size=40))
def test_no_text_is_an_exception(client, text):
    ear = an_ear(client)
    assert all(word is not None for word in ear.frame(text))
    ear.answer("https://x/depth?symbol=AB", text)


def test_an_answer_is_read_by_its_address():
    ear = an_ear("binance", BookKey("AB", "depth"))
    body = '{"lastUpdateId":5,"bids":[["1.00","1"]],"asks":[]}'
    (said,) = ear.answer("https://x/api/v3/depth?symbol=AB&limit=5", body)
    assert isinstance(said, BookSaid)
    assert ear.answer("https://x/api/v3/ticker?symbol=AB", body) == []
