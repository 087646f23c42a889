"""The URL override, the client settings, how books are told and the checksum put on them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import VenueUnavailable
from domain.market.book import Book
from domain.market.level import Level, number_of, written
from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, DepthSaid, Unread
from domain.venues.kraken import (
    book_checksum,
    checksum_of,
    client_options,
    parse,
    result_of,
    rewritten_urls,
)

numbers = st.from_regex(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,12})?", fullmatch=True).filter(str.isascii)

URLS = {
    "www": "https://www.kraken.com",
    "api": {
        "public": "https://api.kraken.com",
        "ws": {"public": "wss://ws.kraken.com", "publicV2": "wss://ws.kraken.com/v2", "odd": None},
    },
}


def test_every_api_address_moves_and_keeps_its_path():
    moved = rewritten_urls(URLS, "http://127.0.0.1:81", "ws://127.0.0.1:82")
    assert moved["api"] == {
        "public": "http://127.0.0.1:81",
        "ws": {"public": "ws://127.0.0.1:82", "publicV2": "ws://127.0.0.1:82/v2", "odd": None},
    }


def test_what_is_not_an_api_address_stays():
    assert rewritten_urls(URLS, "http://h", "ws://h")["www"] == "https://www.kraken.com"


def test_the_given_table_is_untouched():
    rewritten_urls(URLS, "http://h", "ws://h")
    assert URLS["api"]["public"] == "https://api.kraken.com"


def test_a_base_path_goes_before_the_venues_own():
    moved = rewritten_urls(URLS, "http://h/kraken/", "ws://h/kraken/")
    assert moved["api"]["ws"]["publicV2"] == "ws://h/kraken/v2"


def test_a_public_client_carries_no_credentials():
    assert not {"apiKey", "secret"} & client_options().keys()


def test_a_private_client_carries_both_credentials():
    assert {"apiKey": "k", "secret": "s"}.items() <= client_options("k", "s").items()


def test_the_checksum_equals_the_example_of_krakens_guide():
    asks = [
        ("45285.2", "0.00100000"),
        ("45286.4", "1.54571953"),
        ("45286.6", "1.54571109"),
        ("45289.6", "1.54560911"),
        ("45290.2", "0.15890660"),
        ("45291.8", "1.54553491"),
        ("45294.7", "0.04454749"),
        ("45296.1", "0.35380000"),
        ("45297.5", "0.09945542"),
        ("45299.5", "0.18772827"),
    ]
    bids = [
        ("45283.5", "0.10000000"),
        ("45283.4", "1.54582015"),
        ("45282.1", "0.10000000"),
        ("45281.0", "0.10000000"),
        ("45280.3", "1.54592586"),
        ("45279.0", "0.07990000"),
        ("45277.6", "0.03310103"),
        ("45277.5", "0.30000000"),
        ("45277.3", "1.54602737"),
        ("45276.6", "0.15445238"),
    ]
    assert book_checksum(asks, bids) == 3310070434


@given(st.lists(st.tuples(st.just("1.00"), st.just("2.00")), min_size=10, max_size=20))
def test_levels_beyond_the_tenth_do_not_count(levels):
    assert book_checksum(levels, []) == book_checksum(levels[:10], [])


def test_the_result_of_an_answer_is_given():
    assert result_of({"error": [], "result": {"count": 0}}) == {"count": 0}


@pytest.mark.parametrize(
    "answer", ["<html>", None, [], {"error": []}, {"error": ["EService:Busy"], "result": {}}]
)
def test_what_is_no_answer_is_never_read_as_an_empty_one(answer):
    with pytest.raises(VenueUnavailable):
        result_of(answer)


def test_the_checksum_equals_the_example_of_the_first_versions_guide():
    asks = [f"0.{5005 + 5 * step:05d}" for step in range(10)]
    bids = [f"0.{5000 - 5 * step:05d}" for step in range(11) if step != 3]
    sides = [[(price, "0.00000500") for price in prices] for prices in (asks, bids)]
    assert book_checksum(*sides) == 974947235


@given(st.lists(st.tuples(numbers, numbers), max_size=14), st.lists(st.tuples(numbers, numbers)))
def test_the_checksum_of_a_book_is_that_of_its_texts(bids, asks):
    sides = [{number_of(price): (price, size) for price, size in rows} for rows in (bids, asks)]
    book = Book(
        tuple(Level(price, number_of(size)) for price, (_, size) in sides[0].items()),
        tuple(Level(price, number_of(size)) for price, (_, size) in sides[1].items()),
    )
    assert checksum_of(book) == book_checksum(list(sides[1].values()), list(sides[0].values()))


V1_SNAPSHOT = (
    '[1664,{"as":[["13.2845","2.50","1618678130.2"]],"bs":[["13.2030","1.00","1618678130.2"]]},'
    '"book-100","WAVES/EUR"]'
)
V2_UPDATE = (
    '{"channel":"book","type":"update","data":[{"symbol":"MATIC/USD","bids":[{"price":0.5657,'
    '"qty":1098.39473920}],"asks":[],"checksum":2114181697,'
    '"timestamp":"2023-10-06T17:35:55.440295Z"}]}'
)


def said_in(frame):
    (said,) = parse(frame)
    assert isinstance(said, BookSaid)
    return said


def test_a_snapshot_of_the_first_version_carries_its_depth_and_no_checksum():
    said = said_in(V1_SNAPSHOT)
    assert said.key == BookKey("WAVES/EUR", "book")
    assert (said.is_snapshot, said.depth, said.checksum) == (True, 100, None)
    assert [str(number) for number in said.asks[0]] == ["13.2845", "2.50"]


def test_one_message_of_the_first_version_may_come_in_two_parts():
    said = said_in(
        '[1,{"a":[["2.0","1.0","7.1"]]},{"b":[["1.0","0.0","7.2","r"]],"c":"974947235"},'
        '"book-10","AB"]'
    )
    assert (said.is_snapshot, said.checksum, said.depth) == (False, 974947235, 10)
    assert (len(said.bids), len(said.asks)) == (1, 1)


def test_numbers_of_the_second_version_keep_their_digits():
    said = said_in(V2_UPDATE)
    assert said.key == BookKey("MATIC/USD", "book")
    assert str(said.bids[0].size) == "1098.39473920"
    assert (said.is_snapshot, said.checksum) == (False, 2114181697)
    assert said.venue_ns == 1_696_613_755_440_295_000


@pytest.mark.parametrize(
    ("sent", "meant"), [("1e-8", "0.00000001"), ("1.5E-7", "0.00000015"), ("2e+3", "2000")]
)
def test_a_number_that_came_with_an_exponent_is_written_out(sent, meant):
    said = said_in(V2_UPDATE.replace("1098.39473920", sent))
    assert written(said.bids[0].size) == meant


@pytest.mark.parametrize(("levels", "depth"), [(1, 10), (10, 10), (11, 25), (1000, 1000)])
def test_without_a_subscription_the_depth_is_read_off_the_snapshot(levels, depth):
    rows = [{"price": price, "qty": 1} for price in range(1, levels + 1)]
    entry = {"symbol": "AB", "bids": [], "asks": rows, "checksum": 1}
    assert said_in(json.dumps({"channel": "book", "type": "snapshot", "data": [entry]})).depth == (
        depth
    )


def test_the_depth_of_a_subscription_is_heard():
    frame = '{"method":"subscribe","result":{"channel":"book","depth":25,"symbol":"AB"}}'
    assert parse(frame) == [DepthSaid(BookKey("AB", "book"), 25)]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        '{"event":"heartbeat"}',
        '{"channel":"heartbeat"}',
        '{"event":"subscriptionStatus","pair":"AB","channelName":"book-10","status":"subscribed"}',
        '{"method":"subscribe","success":false,"error":"Currency pair not supported"}',
        '{"method":"subscribe","result":{"channel":"trade","symbol":"AB"}}',
        '[0,[["5541.2","0.15850568","1534614057.3","s","l",""]],"trade","XBT/USD"]',
        '[0,["5698.4","5700.0"],"spread","XBT/USD"]',
    ],
)
def test_what_is_not_about_a_book_is_left_alone(frame):
    assert parse(frame) == []


def test_a_level_that_is_none_is_refused_by_name():
    assert parse(V1_SNAPSHOT.replace("2.50", "0.00")) == [
        Unread(BookKey("WAVES/EUR", "book"), Reason.SIZE_NOT_POSITIVE)
    ]


@pytest.mark.parametrize(
    "frame", ["[]", "[1]", '[1,{"a":[]},"book-x","AB"]', '[1,2,"book-10","A"]']
)
def test_an_unknown_shape_is_refused(frame):
    with pytest.raises((TypeError, ValueError)):
        parse(frame)
