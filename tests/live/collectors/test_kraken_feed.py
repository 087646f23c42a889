"""The feed's dialect: every digit kept, everything else refused or ignored on purpose."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import SchemaDrift
from domain.market.book import Level
from domain.market.reason import Reason
from live.collectors.kraken_feed import BookHeard, Digits, TradeHeard, digits_of, parse, reason_of

DIGITS = Digits(price=2, size=8)


def _book(kind: str = "update", bids: str = "[]", asks: str = "[]", checksum: int = 7) -> str:
    return (
        f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"ETH/USDC","bids":{bids},'
        f'"asks":{asks},"checksum":{checksum},"timestamp":"2026-11-20T12:00:00.123456Z"}}]}}'
    )


def test_numbers_keep_the_digits_they_were_sent_with():
    text = _book("snapshot", bids='[{"price":3000.10,"qty":0.50000000}]')
    (heard,) = parse(text, DIGITS)
    assert isinstance(heard, BookHeard)
    assert heard.is_snapshot
    assert heard.checksum == 7
    assert [(str(price), str(size)) for price, size in heard.bids] == [("3000.10", "0.50000000")]


def test_numbers_sent_short_are_padded_to_the_digits_of_their_pair():
    (heard,) = parse(_book(asks='[{"price":3000.1,"qty":2}]'), DIGITS)
    assert isinstance(heard, BookHeard)
    assert [(str(price), str(size)) for price, size in heard.asks] == [("3000.10", "2.00000000")]


@given(st.integers(min_value=1, max_value=2**53 // 100), st.integers(min_value=0, max_value=2**53))
def test_any_price_on_the_grid_arrives_exactly(cents, lots):
    price, size = Decimal(cents).scaleb(-2), Decimal(lots).scaleb(-8)
    (heard,) = parse(_book(bids=f'[{{"price":{price:f},"qty":{size:f}}}]'), DIGITS)
    assert isinstance(heard, BookHeard)
    assert heard.bids == (Level(price, size),)


@given(st.integers(min_value=1, max_value=2**53 // 10**8))
def test_even_a_float_of_the_grid_reads_back_exactly(lots):
    price = Decimal(lots).scaleb(-2)
    text = json.dumps({"price": float(price), "qty": float(Decimal(lots).scaleb(-8))})
    (heard,) = parse(_book(bids=f"[{text}]"), DIGITS)
    assert isinstance(heard, BookHeard)
    assert heard.bids == (Level(price, Decimal(lots).scaleb(-8)),)


def test_the_exchanges_clock_is_read_to_the_nanosecond():
    (heard,) = parse(_book(), DIGITS)
    assert heard.venue_ns == 1_795_176_000_123_456_000


def test_a_trade_says_price_size_and_the_takers_side():
    text = (
        '{"channel":"trade","type":"update","data":[{"symbol":"ETH/USDC","side":"sell",'
        '"price":3000.10,"qty":0.01,"timestamp":"2026-11-20T12:00:00Z"}]}'
    )
    (heard,) = parse(text, DIGITS)
    assert isinstance(heard, TradeHeard)
    assert (str(heard.price), str(heard.size), heard.side) == ("3000.10", "0.01000000", "sell")


@pytest.mark.parametrize(
    "text",
    [
        '{"channel":"heartbeat"}',
        '{"channel":"status","type":"update","data":[{"system":"online"}]}',
        '{"method":"subscribe","success":true,"result":{"channel":"book"}}',
        '{"channel":"trade","type":"snapshot","data":[{"price":1}]}',
    ],
)
def test_what_says_nothing_of_the_market_is_ignored(text):
    assert parse(text, DIGITS) == []


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[1,2]",
        '{"channel":"book","type":"update","data":[{"symbol":"ETH/USDC"}]}',
        '{"channel":"book","type":"update"}',
        _book(bids='[{"price":3000.101,"qty":1}]'),
        _book(bids='[{"price":3000.10,"qty":0.000000001}]'),
        _book(bids='[{"price":"many","qty":1}]'),
        _book(bids='[{"price":-1.00,"qty":1}]'),
        _book(bids='[{"price":0.00,"qty":1}]'),
        _book(bids="[" * 100_000),
        _book(bids='[{"qty":1}]'),
        _book(bids="[3]"),
    ],
)
def test_a_changed_dialect_is_refused(text):
    with pytest.raises(SchemaDrift):
        parse(text, DIGITS)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not json", Reason.UNREADABLE),
        (_book(bids='[{"qty":1}]'), Reason.UNREADABLE),
        (_book(bids='[{"price":3000.101,"qty":1}]'), Reason.NOT_A_NUMBER),
        (_book(bids='[{"price":-1.00,"qty":1}]'), Reason.PRICE_NOT_POSITIVE),
        (_book(asks='[{"price":0.00,"qty":1}]'), Reason.PRICE_NOT_POSITIVE),
        (_book(asks='[{"price":1.00,"qty":-1}]'), Reason.SIZE_NOT_POSITIVE),
    ],
)
def test_each_refusal_has_its_reason(text, reason):
    with pytest.raises(SchemaDrift) as refused:
        parse(text, DIGITS)
    assert reason_of(refused.value) is reason


def test_the_grid_of_a_pair_says_its_digits():
    assert digits_of("0.01", "0.00000001") == DIGITS
    assert digits_of("0.01", "1e-8") == DIGITS
    assert digits_of("1", "0.1") == Digits(0, 1)
