"""v2 frames as JSON and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from domain.errors import InputRefused, LocalWireError
from live.protocol import v2
from live.protocol.v2 import plain
from tests.kit.wire import an_opportunity
from tests.live.protocol.v2.strategies import messages


def told_again(frame: v2.Frame) -> bytes:
    return plain.frame_of(json.loads(json.dumps(plain.plain_frame(frame))))


@given(messages)
def test_every_message_comes_back_from_its_json(message):
    raw = v2.encode(message, source=1, sequence=2**64 - 1, sent_ns=3, venue_ns=4)
    [frame] = v2.Decoder().feed(raw)
    assert told_again(frame) == raw


@pytest.mark.parametrize("is_routed", [True, False])
def test_an_unknown_schema_is_told_as_hex_and_written_again(is_routed):
    raw = v2.push_frame(
        9_999, b"later", source=1, sequence=2, sent_ns=3, is_routed=is_routed, minor=4
    )
    [frame] = v2.Decoder().feed(raw)
    told = plain.plain_frame(frame)
    assert (told["name"], told["fields"]) == ("Unknown", {"payload": b"later".hex()})
    assert told_again(frame) == raw


def test_large_amounts_are_strings_and_what_is_unknown_is_null():
    [frame] = v2.Decoder().feed(v2.encode(an_opportunity(), source=1, sequence=2, sent_ns=3))
    fields = plain.plain_frame(frame)["fields"]
    assert fields["net_usd_e24"] == str(10**24)
    assert fields["hops"][0]["amount_out"] == str(10**18)
    assert fields["routing"]["confidence_ppm"] is None


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"name": "Nothing", "sequence": 1, "fields": {}},
        {"type": 256, "fields": {}},
        {"type": 256, "sequence": 1},
        {"type": 256, "sequence": 1, "fields": {"more": 1}},
        {"type": 9_999, "sequence": 1},
        {"type": 9_999, "sequence": 1, "fields": {"payload": "z"}},
        {"type": 266, "sequence": 1, "fields": {"routing": {"venues": [1]}, "raw": ""}},
    ],
    ids=str,
)
def test_json_that_tells_of_no_frame_is_refused(told):
    with pytest.raises(InputRefused):
        plain.frame_of(told)


def test_a_number_that_does_not_fit_is_refused():
    with pytest.raises(LocalWireError):
        plain.frame_of({"type": 256, "sequence": 2**64, "fields": {}})
    with pytest.raises(LocalWireError):
        plain.frame_of({"type": 99_999, "sequence": 1, "fields": {"payload": ""}})
