"""The URL override, the client settings and the checksum Kraken publishes an example of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import VenueUnavailable
from domain.venues.kraken import book_checksum, client_options, result_of, rewritten_urls

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
