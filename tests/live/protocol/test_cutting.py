"""Cutting, on a toy of a protocol: a byte that says how many follow, of which 0 is no frame."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RemoteWireError
from live.protocol.cutting import Cutter


class Counted(Cutter[bytes]):
    def __init__(self) -> None:
        super().__init__(1)

    def _cut(self, data: bytes, frames: list[bytes]) -> int:
        at = 0
        while at < len(data):
            if not data[at]:
                self.broken = RemoteWireError("this is no frame")
                break
            end = at + 1 + data[at]
            if end > len(data):
                self._wanted_bytes = end - at
                break
            frames.append(data[at:end])
            at = end
        return at


bodies = st.lists(st.binary(min_size=1, max_size=20), max_size=12)


def streamed(parts: list[bytes]) -> list[bytes]:
    return [bytes([len(part)]) + part for part in parts]


@given(bodies, st.data())
def test_frames_are_the_same_in_whatever_pieces_they_arrive(parts, data):
    stream = b"".join(streamed(parts))
    places = st.lists(st.integers(0, len(stream)), max_size=8)
    at = [0, *sorted(data.draw(places)), len(stream)]
    cutter = Counted()
    told = [one for a, b in pairwise(at) for one in cutter.feed(stream[a:b])]
    assert told == streamed(parts)


@given(bodies.filter(bool), st.binary(max_size=5))
def test_frames_before_a_break_are_given_and_nothing_after_it(parts, rest):
    cutter = Counted()
    assert cutter.feed(b"".join(streamed(parts)) + b"\0" + rest) == streamed(parts)
    with pytest.raises(RemoteWireError):
        cutter.feed(b"\1x")


def test_a_stream_that_begins_with_no_frame_is_refused_at_once_and_for_good():
    cutter = Counted()
    for data in (b"\0", b"\1x"):
        with pytest.raises(RemoteWireError):
            cutter.feed(data)


def test_what_is_left_of_a_frame_waits_for_the_rest_across_whole_ones():
    cutter = Counted()
    assert cutter.feed(b"\1a\3bc") == [b"\1a"]
    assert cutter.feed(b"") == []
    assert cutter.feed(b"d\2") == [b"\3bcd"]
    assert cutter.feed(b"ef") == [b"\2ef"]
