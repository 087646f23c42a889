"""Bybit's frames become words; each depth of a symbol is a book of its own."""

import json

import pytest

from domain.market.word import BookKey, BookSaid
from domain.venues.bybit import parse


def a_frame(kind="delta", depth=50, **told):
    data = {"s": "BTCUSDT", "b": [["16493.50", "0"]], "a": [["16611.00", "0.029"]], "u": 18521288}
    topic = f"orderbook.{depth}.BTCUSDT"
    return json.dumps({"topic": topic, "type": kind, "ts": 5, "data": data | told, "cts": 4})


def said_in(frame):
    (said,) = parse(frame)
    assert isinstance(said, BookSaid)
    return said


def test_a_change_continues_the_number_before_its_own():
    said = said_in(a_frame())
    assert said.key == BookKey("BTCUSDT", "orderbook.50")
    assert (said.is_snapshot, said.after, said.upto) == (False, 18521287, 18521288)
    assert (said.depth, said.venue_ns) == (50, 4_000_000)


def test_a_snapshot_continues_nothing():
    said = said_in(a_frame("snapshot", b=[]))
    assert (said.is_snapshot, said.after, said.upto) == (True, None, 18521288)


def test_number_one_is_a_snapshot_whatever_it_says():
    assert said_in(a_frame("delta", u=1, b=[])).is_snapshot


def test_a_symbol_may_hold_points_and_each_depth_is_a_book():
    spread = a_frame().replace("BTCUSDT", "SOLUSDT_SOL/USDT.X")
    assert said_in(spread).key == BookKey("SOLUSDT_SOL/USDT.X", "orderbook.50")
    assert said_in(a_frame(depth=1)).key != said_in(a_frame(depth=50)).key


@pytest.mark.parametrize(
    "frame",
    [
        '{"success":true,"ret_msg":"subscribe","op":"subscribe"}',
        '{"topic":"publicTrade.BTCUSDT","type":"snapshot","data":[]}',
        "",
    ],
)
def test_what_is_not_about_a_book_is_left_alone(frame):
    assert parse(frame) == []


def test_an_unknown_shape_is_refused():
    with pytest.raises(LookupError):
        parse(a_frame().replace('"u"', '"w"'))
