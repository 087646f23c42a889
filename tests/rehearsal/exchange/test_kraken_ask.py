"""What a client wrote is read strictly, or refused in Kraken's words."""

import pytest

from rehearsal.exchange.commands import Place
from rehearsal.exchange.kraken_ask import EapiRefused, flag, form_of, instant_us, integer, place_of

LIMIT = {
    "pair": "ETHUSDC",
    "type": "buy",
    "ordertype": "limit",
    "volume": "1.25",
    "price": "3000.1",
}


def without(name):
    return {key: value for key, value in LIMIT.items() if key != name}


def test_a_limit_order_is_read_in_lots_and_ticks():
    assert place_of(LIMIT, "spot") == Place("spot", "buy", "limit", 125_000_000, 300_010)


def test_every_stated_option_is_taken():
    asked = LIMIT | {"timeinforce": "IOC", "oflags": "fciq,post", "userref": "-7"}
    assert place_of(asked, "spot") == Place(
        "spot", "buy", "limit", 125_000_000, 300_010, "IOC", is_post_only=True, userref=-7
    )


def test_a_market_order_has_no_price():
    assert place_of(LIMIT | {"ordertype": "market"}, "spot").price_ticks == 0


@pytest.mark.parametrize(
    "client_id",
    ["a" * 32, "6d1b345e-2821-40e2-ad83-4ecb18a06876", "arb-20240509-00010", "x"],
)
def test_krakens_forms_of_client_ids_are_taken(client_id):
    assert place_of(LIMIT | {"cl_ord_id": client_id}, "spot").cl_ord_id == client_id


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (without("pair"), "EQuery:Unknown asset pair"),
        (LIMIT | {"pair": "XBTUSD"}, "EQuery:Unknown asset pair"),
        (LIMIT | {"type": "hold"}, "EGeneral:Invalid arguments:type"),
        (LIMIT | {"ordertype": "iceberg"}, "EGeneral:Invalid arguments:ordertype"),
        (without("volume"), "EGeneral:Invalid arguments:volume"),
        (LIMIT | {"volume": "0"}, "EGeneral:Invalid arguments:volume"),
        (LIMIT | {"volume": "-1"}, "EGeneral:Invalid arguments:volume"),
        (LIMIT | {"volume": "NaN"}, "EGeneral:Invalid arguments:volume"),
        (LIMIT | {"volume": "1e999999999"}, "EGeneral:Invalid arguments:volume"),
        (LIMIT | {"volume": "1.123456789"}, "EGeneral:Invalid arguments:volume"),
        (LIMIT | {"price": "3000.001"}, "EGeneral:Invalid arguments:price"),
        (LIMIT | {"timeinforce": "FOK"}, "EGeneral:Invalid arguments:timeinforce"),
        (LIMIT | {"oflags": "viqc"}, "EGeneral:Invalid arguments:oflags"),
        (LIMIT | {"ordertype": "market", "oflags": "post"}, "EGeneral:Invalid arguments:oflags"),
        (LIMIT | {"cl_ord_id": "x" * 19}, "EGeneral:Invalid arguments:cl_ord_id"),
        (LIMIT | {"cl_ord_id": "no\nlines"}, "EGeneral:Invalid arguments:cl_ord_id"),
        (
            LIMIT | {"cl_ord_id": "x", "userref": "1"},
            "EGeneral:Invalid arguments:cl_ord_id and userref",
        ),
        (LIMIT | {"userref": "seven"}, "EGeneral:Invalid arguments:userref"),
    ],
)
def test_what_does_not_parse_is_refused_by_name(asked, error):
    with pytest.raises(EapiRefused) as refused:
        place_of(asked, "spot")
    assert refused.value.error == error


def test_forms_and_json_bodies_read_alike():
    assert form_of(b"nonce=1&trades=True&empty=", "application/x-www-form-urlencoded") == {
        "nonce": "1",
        "trades": "True",
        "empty": "",
    }
    assert form_of(b'{"nonce":"1","trades":true}', "application/json") == {
        "nonce": "1",
        "trades": "True",
    }


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"{", "application/json"), (b"[]", "application/json"), (b"\xff", "text/plain")],
)
def test_a_body_that_is_neither_is_refused(body, kind):
    with pytest.raises(EapiRefused, match="Invalid arguments"):
        form_of(body, kind)


def test_flags_and_bounds_are_read():
    assert (flag({"a": "True"}, "a"), flag({"a": "0"}, "a"), flag({}, "a")) == (True, False, False)
    assert (integer({"n": "50"}, "n", 0), integer({}, "n", 7)) == (50, 7)
    assert (instant_us({"t": "1.5"}, "t"), instant_us({}, "t")) == (1_500_000, None)


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "٣"])
def test_a_count_is_a_plain_whole_number(text):
    with pytest.raises(EapiRefused):
        integer({"n": text}, "n", 0)


@pytest.mark.parametrize("text", ["soon", "NaN", "Infinity"])
def test_a_bound_is_a_number_of_seconds(text):
    with pytest.raises(EapiRefused):
        instant_us({"t": text}, "t")
