"""v1 frames as JSON, under the names of the deployed system's own vectors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from domain.errors import InputRefused, LocalWireError
from live.protocol import v1
from live.protocol.v1 import plain
from tests.live.protocol.v1 import vectors
from tests.live.protocol.v1.test_codec import layout_of, messages

GOOD = vectors.load("protocol-v1.json")


def safe(value: Any) -> Any:
    """Write integers above 2^53 as strings, as the command does."""
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)
    if isinstance(value, list):
        return [safe(item) for item in value]
    return {k: safe(x) for k, x in value.items()} if isinstance(value, dict) else value


def family_of(vector: dict[str, Any]) -> Any:
    data = vector["fields"].get("data")
    return data["layout"].split("_")[1] if data else None


@pytest.mark.skipif(not GOOD, reason=vectors.ABSENT)
@pytest.mark.parametrize("vector", GOOD, ids=lambda v: v["name"])
def test_a_deployed_frame_is_told_in_its_own_words_and_written_again(vector):
    data = bytes.fromhex(vector["hex"])
    [frame] = v1.Decoder(v1.ALL_TYPES).feed(data)
    told = plain.plain_frame(frame, arbitrage=layout_of(vector), pools=family_of(vector))
    assert told["fields"] == safe(vector["fields"])
    assert (told["type"], told["sequence"]) == (vector["type"], vector["sequence"])
    assert plain.frame_of(json.loads(json.dumps(told)), arbitrage=layout_of(vector)) == data


@given(messages)
def test_every_message_comes_back_from_its_json(message):
    raw = v1.encode(message, 9, arbitrage="B", flags=3)
    [frame] = v1.Decoder(v1.ALL_TYPES).feed(raw)
    told = json.loads(json.dumps(plain.plain_frame(frame, arbitrage="B")))
    assert plain.frame_of(told, arbitrage="B") == raw


def test_a_pool_update_stays_hex_when_nobody_says_who_wrote_it():
    update = v1.PoolUpdate(1, 2, 1, 1, bytes(range(256)))
    [frame] = v1.Decoder(v1.G2_TYPES).feed(v1.encode(update, 1))
    told = plain.plain_frame(frame)
    assert told["fields"]["data"] == {"layout": "opaque", "hex": bytes(range(256)).hex()}
    assert plain.frame_of(told) == frame.raw


def test_either_number_or_name_says_the_type():
    beat = {"sequence": 1, "fields": {"timestamp_ns": "2", "sequence": 3}}
    raw = v1.encode(v1.Heartbeat(2, 3), 1)
    assert (
        plain.frame_of({"type": 3, **beat}) == plain.frame_of({"name": "Heartbeat", **beat}) == raw
    )


BEAT = {"timestamp_ns": 1, "sequence": 2}
BOOK = {"timestamp_ns": 1, "symbol_hash": 2, "bids": [], "asks": []}


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"type": 99, "sequence": 1, "fields": BEAT},
        {"type": 3, "fields": BEAT},
        {"type": 3, "sequence": 1},
        {"type": 3, "sequence": 1, "fields": {"timestamp_ns": 1}},
        {"type": 3, "sequence": 1, "fields": {**BEAT, "more": 1}},
        {"type": 3, "sequence": 1, "fields": {**BEAT, "sequence": 1.5}},
        {"type": 3, "sequence": 1, "fields": {**BEAT, "sequence": True}},
        {"type": 2, "sequence": 1, "fields": {**BOOK, "bids": [[1]]}},
        {"type": 2, "sequence": 1, "fields": {**BOOK, "bids": 7}},
        {"type": 13, "sequence": 1, "fields": {"data": {"layout": "opaque", "hex": "zz"}}},
        {"type": 13, "sequence": 1, "fields": {"data": "00"}},
        {"type": 8, "sequence": 1, "fields": {"symbol_hash": "1" * 100, "symbol": "x"}},
    ],
    ids=str,
)
def test_json_that_tells_of_no_frame_is_refused(told):
    with pytest.raises(InputRefused):
        plain.frame_of(told)


def test_a_number_that_does_not_fit_is_refused():
    with pytest.raises(LocalWireError):
        plain.frame_of({"type": 3, "sequence": 1, "fields": {**BEAT, "sequence": 2**32}})
