"""Messages of v2, and the table they are written by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol import v2
from live.protocol.v2.codec import decode_payload, encode_payload
from live.protocol.v2.schemas import BY_NUMBER

u64 = st.integers(0, 2**64 - 1)
u256 = st.integers(0, 2**256 - 1)
i32 = st.integers(-(2**31), 2**31 - 1)
hashes = st.binary(min_size=32, max_size=32).map(lambda b: f"0x{b.hex()}")
texts = st.text(st.characters(codec="utf-8"), max_size=20)
ticks = st.lists(st.tuples(i32, st.integers(-(2**127), 2**127 - 1)), max_size=6).map(tuple)
messages = st.one_of(
    st.just(v2.Heartbeat()),
    st.builds(v2.GapNotice, texts, u64, u64),
    st.builds(v2.ChainHead, u64, hashes, hashes, u64, u256),
    st.builds(
        v2.PoolState, texts, texts, u64, hashes, i32, u256, u256, u256, i32,
        st.integers(0, 2**128 - 1), ticks,
    ),
    st.builds(v2.OpportunitySignal, st.binary(max_size=100)),
)  # fmt: skip


@given(messages)
def test_a_message_comes_back_through_a_frame(message):
    [frame] = v2.Decoder().feed(v2.encode(message, source=1, sequence=2, sent_ns=3))
    assert frame.message == message


@given(messages, st.binary(min_size=1, max_size=9))
def test_a_field_added_at_the_end_by_a_newer_writer_is_left_unread(message, surplus):
    schema, payload = encode_payload(message)
    assert decode_payload(schema, payload + surplus) == message


@given(messages)
def test_a_payload_cut_anywhere_is_a_remote_error(message):
    schema, payload = encode_payload(message)
    for end in range(len(payload)):
        with pytest.raises(RemoteWireError):
            decode_payload(schema, payload[:end])


@given(st.sampled_from(sorted(BY_NUMBER)), st.binary(max_size=300))
def test_any_payload_decodes_or_is_a_remote_error(schema, payload):
    try:
        message = decode_payload(schema, payload)
    except RemoteWireError:
        return
    assert isinstance(message, v2.Message)


def test_an_unknown_schema_is_a_value():
    assert decode_payload(9_999, b"later") == v2.Unknown(9_999, b"later")


def test_what_has_no_schema_is_our_bug():
    with pytest.raises(LocalWireError):
        encode_payload(v2.Unknown(9_999, b""))


@pytest.mark.parametrize(
    "message",
    [
        v2.ChainHead(1, "0xAB" + "0" * 62, "0x" + "0" * 64, 1, 1),
        v2.ChainHead(1, "0x12", "0x" + "0" * 64, 1, 1),
        v2.ChainHead(-1, "0x" + "0" * 64, "0x" + "0" * 64, 1, 1),
        v2.ChainHead(1, "0x" + "0" * 64, "0x" + "0" * 64, 1, 2**256),
    ],
    ids=str,
)
def test_a_field_that_does_not_fit_is_our_bug(message):
    with pytest.raises(LocalWireError):
        v2.encode(message, source=1, sequence=1, sent_ns=1)
