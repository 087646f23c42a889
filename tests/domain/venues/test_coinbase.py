"""Coinbase's frames become words, each with its place among all frames of the connection."""

import json

import pytest

from domain.market.word import BookKey, BookSaid, Counted
from domain.venues.coinbase import parse


def a_frame(kind="update", quantity="0.06317902", side="offer", number=7):
    update = {"side": side, "event_time": "x", "price_level": "21921.73", "new_quantity": quantity}
    event = {"type": kind, "product_id": "BTC-USD", "updates": [update]}
    told = {"channel": "l2_data", "timestamp": "x", "sequence_num": number, "events": [event]}
    return json.dumps(told)


def test_a_change_is_counted_and_read():
    counted, said = parse(a_frame())
    assert counted == Counted(7)
    assert isinstance(said, BookSaid)
    assert said.key == BookKey("BTC-USD", "l2_data")
    assert (said.is_snapshot, said.bids) == (False, ())
    assert [str(number) for number in said.asks[0]] == ["21921.73", "0.06317902"]


def test_a_snapshot_is_read():
    _, said = parse(a_frame("snapshot", side="bid"))
    assert isinstance(said, BookSaid)
    assert said.is_snapshot
    assert said.bids


@pytest.mark.parametrize("channel", ["heartbeats", "subscriptions", "ticker"])
def test_every_frame_of_the_connection_is_counted(channel):
    frame = json.dumps({"channel": channel, "sequence_num": 3, "events": [{}]})
    assert parse(frame) == [Counted(3)]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        '{"type":"l2update","product_id":"BTC-USD","changes":[["buy","22356.27","0.1"]]}',
        '{"type":"snapshot","product_id":"BTC-USD","asks":[],"bids":[]}',
    ],
)
def test_the_feed_that_numbers_nothing_is_left_alone(frame):
    assert parse(frame) == []


def test_an_unknown_side_is_refused():
    with pytest.raises(LookupError):
        parse(a_frame(side="both"))
