"""Cutting a stream into frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol import v1

BEAT = v1.encode(v1.Heartbeat(5, 6), 6)


@given(st.lists(st.binary(max_size=60), max_size=8), st.data())
def test_frames_come_out_whole_whatever_pieces_they_arrive_in(payloads, data):
    stream = b"".join(v1.push_frame(4, body, i) for i, body in enumerate(payloads))
    decoder, found = v1.Decoder(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        found += decoder.feed(stream[:cut])
        stream = stream[cut:]
    assert [frame.payload for frame in found] == payloads


def test_frames_before_a_break_are_given_and_the_break_is_for_good():
    decoder = v1.Decoder()
    assert [f.raw for f in decoder.feed(BEAT + b"\xfd" + bytes(20))] == [BEAT]
    assert decoder.broken is not None
    with pytest.raises(RemoteWireError):
        decoder.feed(BEAT)


@pytest.mark.parametrize("number", sorted(set(range(256)) - v1.G1_TYPES))
def test_the_first_generation_refuses_every_other_type(number):
    with pytest.raises(RemoteWireError):
        v1.Decoder().feed(bytes((0xFE, number, 0, 0, 0, 0, 0, 0)))


def test_the_sequence_keeps_its_low_24_bits():
    [frame] = v1.Decoder().feed(v1.push_frame(4, b"", 2**24 + 3))
    assert frame.sequence == 3


def test_the_sequence_wraps_to_nought_behind_its_largest():
    stream = b"".join(v1.push_frame(4, b"", n) for n in (2**24 - 1, 2**24, 2**32 + 5))
    assert [f.sequence for f in v1.Decoder().feed(stream)] == [2**24 - 1, 0, 5]


def test_a_large_frame_is_joined_once_however_it_drips():
    raw = v1.push_frame(4, bytes(65_535), 1)
    decoder = v1.Decoder()
    assert [decoder.feed(raw[at : at + 1]) for at in range(len(raw) - 1)] == [[]] * (len(raw) - 1)
    assert [frame.raw for frame in decoder.feed(raw[-1:] + BEAT)] == [raw, BEAT]


@pytest.mark.parametrize(
    ("number", "payload", "sequence", "flags"),
    [(15, b"", 0, 0), (0, b"", 0, 0), (1, bytes(65_536), 0, 0), (1, b"", -1, 0), (1, b"", 0, 256)],
)
def test_a_frame_v1_cannot_say_is_refused(number, payload, sequence, flags):
    with pytest.raises(LocalWireError):
        v1.push_frame(number, payload, sequence, flags=flags)
