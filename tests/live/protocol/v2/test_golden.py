"""The golden frames that other languages are built on, both ways."""

from __future__ import annotations

import json

import pytest

from domain.errors import RemoteWireError
from live.protocol import v2
from live.protocol.v2 import plain
from live.protocol.v2.table import TABLE
from tests.golden.protocol import make

GOOD = json.loads((make.HERE / "v2.json").read_text())
BAD = json.loads((make.HERE / "v2-negative.json").read_text())
NOT_TOLD = {"vector", "is_canonical", "hex"}


def given_three_ways(data: bytes) -> v2.Frame:
    """Feed a frame whole, byte by byte and with a tail; hold that all agree."""
    [whole] = v2.Decoder().feed(data)
    slow = v2.Decoder()
    assert [frame for i in range(len(data)) for frame in slow.feed(data[i : i + 1])] == [whole]
    tailed = v2.Decoder()
    assert tailed.feed(data + data[:7]) == [whole]
    assert tailed.feed(data[7:]) == [whole]
    return whole


@pytest.mark.parametrize("vector", GOOD, ids=lambda v: v["vector"])
def test_a_golden_frame_says_what_is_written_beside_it(vector):
    told = {name: value for name, value in vector.items() if name not in NOT_TOLD}
    frame = given_three_ways(bytes.fromhex(vector["hex"]))
    assert plain.plain_frame(frame) == told
    assert v2.route_of(frame).schema == vector["type"]


@pytest.mark.parametrize("vector", GOOD, ids=lambda v: v["vector"])
def test_what_is_written_beside_a_golden_frame_makes_its_bytes(vector):
    written = plain.frame_of(vector)
    assert (written.hex() == vector["hex"]) == vector["is_canonical"]


@pytest.mark.parametrize("vector", BAD, ids=lambda v: v["vector"])
def test_bytes_that_are_no_frame_break_what_they_say(vector):
    data, decoder = bytes.fromhex(vector["hex"]), v2.Decoder()
    if vector["breaks"] == "waits":
        assert decoder.feed(data) == []
        assert decoder.broken is None
    elif vector["breaks"] == "stream":
        with pytest.raises(RemoteWireError):
            decoder.feed(data)
    else:
        [frame] = decoder.feed(data)
        with pytest.raises(RemoteWireError):
            assert frame.message


def test_every_schema_has_a_golden_frame():
    assert {schema.number for schema in TABLE.schemas} <= {vector["type"] for vector in GOOD}


def test_a_golden_frame_never_changes_and_new_ones_are_written_down():
    assert make.good_vectors() == GOOD
    assert make.broken_vectors() == BAD
