"""Bitget's frames become words; the market is a part of the symbol."""

import json

import pytest

from domain.market.word import BookKey, BookSaid
from domain.venues.bitget import BOOKS, parse


def a_frame(inst_type="SPOT", channel="books", action="snapshot", **entry):
    told = {"asks": [["26274.9", "0.0009"]], "bids": [["26274.8", "0.0500"]], **entry}
    arg = {"instType": inst_type, "channel": channel, "instId": "BTCUSDT"}
    return json.dumps({"action": action, "arg": arg, "data": [told], "ts": 1695710946294})


def said_in(frame):
    (said,) = parse(frame)
    assert isinstance(said, BookSaid)
    return said


def test_a_snapshot_is_read_with_digits_as_sent():
    said = said_in(a_frame(checksum=-7, seq=123, ts="1695710946294"))
    assert (said.is_snapshot, said.checksum, said.upto, said.after) == (True, -7, 123, None)
    assert str(said.bids[0].size) == "0.0500"
    assert said.venue_ns == 1_695_710_946_294_000_000


def test_a_change_of_the_older_version_has_no_number():
    said = said_in(a_frame("sp", action="update", checksum=5))
    assert (said.is_snapshot, said.upto, said.checksum) == (False, None, 5)


def test_one_symbol_in_two_markets_is_two_books():
    keys = {said_in(a_frame(inst_type)).key for inst_type in ("SPOT", "USDT-FUTURES", "mc")}
    assert keys == {
        BookKey("SPOT:BTCUSDT", "books"),
        BookKey("USDT-FUTURES:BTCUSDT", "books"),
        BookKey("mc:BTCUSDT", "books"),
    }


def test_a_checksum_that_is_not_computed_proves_nothing():
    assert said_in(a_frame(checksum=0)).checksum is None


@pytest.mark.parametrize(
    "frame",
    [
        "pong",
        '{"event":"subscribe","arg":{"instType":"SPOT","channel":"books","instId":"BTCUSDT"}}',
        a_frame(channel="trade"),
    ],
)
def test_what_is_not_about_a_book_is_left_alone(frame):
    assert parse(frame) == []


def test_the_proof_is_25_levels_deep():
    assert BOOKS.proved_levels == 25


def test_a_unified_accounts_book_names_the_change_before():
    arg = '{"instType":"usdt-futures","topic":"books","symbol":"BTCUSDT"}'
    entry = '{"a":[["2.00","1"]],"b":[["1.00","0"]],"checksum":0,"pseq":"6","seq":"9","ts":"5"}'
    frame = f'{{"action":"update","arg":{arg},"data":[{entry}]}}'
    said = said_in(frame)
    assert said.key == BookKey("usdt-futures:BTCUSDT", "books")
    assert (said.after, said.upto, said.checksum) == (6, 9, None)
    assert (len(said.bids), len(said.asks)) == (1, 1)
    begun = said_in(frame.replace("update", "snapshot").replace('"1.00","0"', '"1.00","4"'))
    assert (begun.is_snapshot, begun.after) == (True, None)
