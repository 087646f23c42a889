"""The envelope of v2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol import v1, v2

BEAT = v2.encode(v2.Heartbeat(), source=1, sequence=5, sent_ns=6, venue_ns=7)

envelopes = st.tuples(
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
    st.binary(max_size=80),
)


def pushed(envelope) -> bytes:
    schema, source, sequence, sent_ns, payload = envelope
    return v2.push_frame(schema, payload, source=source, sequence=sequence, sent_ns=sent_ns)


@given(st.lists(envelopes, max_size=6), st.data())
def test_frames_come_out_whole_whatever_pieces_they_arrive_in(written, data):
    stream = b"".join(map(pushed, written))
    decoder, found = v2.Decoder(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        found += decoder.feed(stream[:cut])
        stream = stream[cut:]
    assert [(f.schema, f.source, f.sequence, f.sent_ns, f.payload) for f in found] == written


@given(st.integers(0, len(BEAT) - 1), st.integers(0, 7))
def test_a_flipped_bit_is_never_taken_for_a_frame(at, bit):
    damaged = bytearray(BEAT)
    damaged[at] ^= 1 << bit
    decoder = v2.Decoder()
    try:
        assert decoder.feed(bytes(damaged)) == []  # a longer payload is waited for
    except RemoteWireError:
        assert decoder.broken is not None


def test_frames_before_a_break_are_given_and_the_break_is_for_good():
    decoder = v2.Decoder()
    assert [f.raw for f in decoder.feed(BEAT + bytes(100))] == [BEAT]
    with pytest.raises(RemoteWireError):
        decoder.feed(BEAT)


def test_neither_version_takes_the_other_for_its_own():
    with pytest.raises(RemoteWireError):
        v1.Decoder(v1.ALL_TYPES).feed(BEAT)
    with pytest.raises(RemoteWireError):
        v2.Decoder().feed(v1.encode(v1.Heartbeat(1, 1), 1) * 4)


def test_another_version_is_refused():
    with pytest.raises(RemoteWireError):
        v2.Decoder().feed(BEAT[:4] + b"\x03" + BEAT[5:])


def test_a_size_no_frame_has_is_refused_before_it_is_buffered():
    with pytest.raises(RemoteWireError):
        v2.Decoder().feed(BEAT[:12] + b"\xff\xff\xff\xff" + BEAT[16:])


@pytest.mark.parametrize(
    "fields",
    [
        {"source": -1}, {"source": 2**16}, {"sequence": 2**64}, {"sent_ns": -1},
        {"venue_ns": 2**64},
    ],
)  # fmt: skip
def test_what_does_not_fit_the_envelope_is_our_bug(fields):
    with pytest.raises(LocalWireError):
        v2.encode(v2.Heartbeat(), **{"source": 1, "sequence": 1, "sent_ns": 1, **fields})


def test_a_payload_beyond_the_limit_is_our_bug():
    with pytest.raises(LocalWireError):
        v2.encode(
            v2.V1Frame(v2.Routing(), bytes(v2.MAX_PAYLOAD_BYTES)), source=1, sequence=1, sent_ns=1
        )


def test_another_minor_version_is_taken_and_told():
    raw = v2.push_frame(256, b"new", source=1, sequence=1, sent_ns=1, minor=7)
    [frame] = v2.Decoder().feed(raw)
    assert (frame.minor, frame.message) == (7, v2.Heartbeat())


def test_a_large_frame_is_joined_once_however_it_drips():
    raw = v2.push_frame(9_999, bytes(100_000), source=1, sequence=1, sent_ns=1)
    decoder = v2.Decoder()
    assert not any(decoder.feed(raw[at : at + 1]) for at in range(len(raw) - 1))
    assert [frame.raw for frame in decoder.feed(raw[-1:] + BEAT)] == [raw, BEAT]


def test_a_stamp_is_read_without_decoding():
    raw = v2.push_frame(9_999, b"new", source=7, sequence=3, sent_ns=5)
    assert v2.stamp_of(raw) == (7, 9_999, 3, 5)


@pytest.mark.parametrize("raw", [b"", BEAT[:40], b"\xfe" * 60])
def test_what_is_no_v2_frame_has_no_stamp(raw):
    with pytest.raises(RemoteWireError):
        v2.stamp_of(raw)
