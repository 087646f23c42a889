"""Binance's frames and answers become words; spot and futures are never mixed."""

import json

import pytest

from domain.market.level import Level, number_of
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, TopSaid, Unread
from domain.venues.binance import parse_answer, parse_futures, parse_spot

KEY = BookKey("BNBBTC", "depth")
CHANGE = {"e": "depthUpdate", "E": 12, "s": "BNBBTC", "U": 157, "u": 160, "b": [["0.0024", "10"]]}
SPOT = CHANGE | {"a": [["0.0026", "0.00000000"]]}
FUTURES = SPOT | {"pu": 149, "T": 11}
TOP = {"u": 400, "s": "BNBBTC", "b": "25.35190000", "B": "31.21", "a": "25.36520000", "A": "40.66"}
URL = "https://api.binance.com/api/v3/depth?symbol=BNBBTC&limit=1000"
ANSWER = '{"lastUpdateId":160,"bids":[["0.0024","14.70000000"]],"asks":[]}'


def said_in(words):
    (said,) = words
    assert isinstance(said, BookSaid)
    return said


def in_stream(told):
    return json.dumps({"stream": "bnbbtc@depth@100ms", "data": told})


@pytest.mark.parametrize("frame", [json.dumps(SPOT), in_stream(SPOT)])
def test_a_change_of_spot_begins_where_its_first_id_says(frame):
    said = said_in(parse_spot(frame))
    assert (said.key, said.is_snapshot) == (KEY, False)
    assert (said.after, said.upto, said.venue_ns) == (156, 160, 12_000_000)
    assert str(said.asks[0].size) == "0E-8"


def test_a_change_of_futures_names_the_end_of_the_one_before():
    said = said_in(parse_futures(in_stream(FUTURES)))
    assert (said.after, said.upto) == (149, 160)


def test_a_symbol_that_names_the_other_market_is_refused():
    refused = [Unread(KEY, Reason.AMBIGUOUS_SYMBOL)]
    assert parse_spot(in_stream(FUTURES)) == refused
    assert parse_futures(in_stream(SPOT)) == refused


@pytest.mark.parametrize("told", [TOP, TOP | {"e": "bookTicker", "T": 1, "E": 2}])
def test_the_best_bid_and_ask_are_read_at_their_id(told):
    (top,) = parse_spot(in_stream(told))
    assert top == TopSaid(
        KEY,
        400,
        Level(number_of("25.35190000"), number_of("31.21")),
        Level(number_of("25.36520000"), number_of("40.66")),
    )


@pytest.mark.parametrize(
    "url", [URL, "https://fapi.binance.com/fapi/v1/depth?limit=5&symbol=bnbbtc"]
)
def test_a_snapshot_is_of_the_symbol_in_its_address(url):
    said = said_in(parse_answer(url, ANSWER))
    assert (said.key, said.is_snapshot, said.upto) == (KEY, True, 160)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("https://api.binance.com/api/v3/exchangeInfo", '{"symbols":[]}'),
        ("https://api.binance.com/api/v3/depth?limit=5", ANSWER),
        (URL, ""),
        (URL, "[]"),
    ],
)
def test_other_answers_are_left_alone(url, body):
    assert parse_answer(url, body) == []


@pytest.mark.parametrize(
    "frame",
    [
        "",
        '{"result":null,"id":1}',
        in_stream({"e": "aggTrade", "s": "BNBBTC", "p": "1", "q": "2"}),
        in_stream({"e": "kline", "s": "BNBBTC", "k": {}}),
        in_stream({"lastUpdateId": 1, "bids": [], "asks": []}),
    ],
)
def test_frames_about_other_things_are_left_alone(frame):
    assert parse_spot(frame) == parse_futures(frame) == []


@pytest.mark.parametrize("missing", ["s", "U", "u", "b", "a"])
def test_an_unknown_shape_is_refused(missing):
    told = {name: value for name, value in SPOT.items() if name != missing}
    with pytest.raises(LookupError):
        parse_spot(in_stream(told))
