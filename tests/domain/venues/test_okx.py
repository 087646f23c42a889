"""OKX's frames become words; what is not about a provable book becomes nothing."""

import json

import pytest

from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, Unread
from domain.venues.okx import BOOKS, parse


def a_frame(channel="books", action="update", **entry):
    told = {"asks": [["8476.98", "415", "0", "13"]], "bids": [["8476.97", "0", "0", "0"]], **entry}
    arg = {"channel": channel, "instId": "BTC-USDT"}
    return json.dumps({"arg": arg, "action": action, "data": [told]})


def said_in(frame):
    (said,) = parse(frame)
    assert isinstance(said, BookSaid)
    return said


def test_a_change_is_read_with_its_checksum_and_its_place_in_the_chain():
    said = said_in(a_frame(checksum=-855196043, prevSeqId=7, seqId=9, ts="1597026383085"))
    assert said.key == BookKey("BTC-USDT", "books")
    assert (said.is_snapshot, said.checksum, said.after, said.upto) == (False, -855196043, 7, 9)
    assert said.venue_ns == 1_597_026_383_085_000_000
    assert [str(number) for number in said.asks[0]] == ["8476.98", "415"]


def test_older_feeds_have_no_chain():
    said = said_in(a_frame(action="snapshot", bids=[], checksum=5))
    assert (said.is_snapshot, said.after, said.upto) == (True, None, None)


@pytest.mark.parametrize("entry", [{}, {"checksum": 0}])
def test_a_checksum_that_is_not_computed_proves_nothing(entry):
    assert said_in(a_frame(**entry)).checksum is None


@pytest.mark.parametrize("channel", ["books", "books-l2-tbt", "books50-l2-tbt"])
def test_each_channel_is_a_book_of_its_own(channel):
    assert said_in(a_frame(channel)).key.channel == channel


@pytest.mark.parametrize(
    "frame",
    [
        "pong",
        '{"event":"subscribe","arg":{"channel":"books","instId":"BTC-USDT"}}',
        '{"event":"error","code":"60012","msg":"Invalid request"}',
        a_frame("books5"),
        a_frame("bbo-tbt"),
        '{"arg":{"channel":"trades","instId":"A"},"data":[{"px":"1","sz":"2"}]}',
    ],
)
def test_what_is_not_about_a_provable_book_is_left_alone(frame):
    assert parse(frame) == []


def test_a_negative_price_is_refused_by_name():
    assert parse(a_frame(asks=[["-1", "2", "0", "1"]])) == [
        Unread(BookKey("BTC-USDT", "books"), Reason.PRICE_NOT_POSITIVE)
    ]


@pytest.mark.parametrize("frame", [a_frame(action="whatever"), a_frame().replace("asks", "oops")])
def test_an_unknown_shape_is_refused(frame):
    with pytest.raises((ValueError, LookupError)):
        parse(frame)


def test_the_proof_is_25_levels_deep():
    assert BOOKS.proved_levels == 25
