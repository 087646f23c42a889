"""Messages of v2 through the table they are written by."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol import v2
from live.protocol.v2.codec import decode_payload, encode_payload
from live.protocol.v2.schemas import Field, Schema, Table
from live.protocol.v2.table import PARTS, RETIRED, SCHEMAS, TABLE
from tests.kit.wire import HASH, a_chain_head, an_opportunity
from tests.live.protocol.v2.strategies import messages, of_schema


@given(messages)
def test_a_message_comes_back_through_a_frame(message):
    [frame] = v2.Decoder().feed(v2.encode(message, source=1, sequence=2, sent_ns=3))
    assert frame.message == message
    assert v2.encode(frame.message, source=1, sequence=2, sent_ns=3) == frame.raw


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


@given(st.sampled_from(sorted(TABLE.by_number)), st.binary(max_size=300))
def test_any_payload_decodes_or_is_a_remote_error(schema, payload):
    try:
        message = decode_payload(schema, payload)
    except RemoteWireError:
        return
    assert isinstance(message, v2.Message)


@given(messages, st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=4))
def test_a_damaged_payload_decodes_or_is_a_remote_error(message, damages):
    schema, payload = encode_payload(message)
    damaged = bytearray(payload or b"?")
    for at, byte in damages:
        damaged[at % len(damaged)] = byte
    try:
        read = decode_payload(schema, bytes(damaged))
    except RemoteWireError:
        return
    assert decode_payload(*encode_payload(read)) == read


# --- the next minor version -----------------------------------------------------------------------


class NextOpportunity(v2.ArbitrageOpportunity, frozen=True):
    """What 2.1 might say: a tip, and what 2.2 might: who found it."""

    tip_amount: int = 0
    finder: str | None = None


class NextResult(v2.ExecutionResult, frozen=True):
    """A result that says more of each fill, in a list beside the fills."""

    fill_ns: tuple[int, ...] = ()


class NextAck(v2.Ack, frozen=True):
    """An acknowledgement that says more."""

    words: str = "none"


_NEWS = {
    261: (NextOpportunity, Field("tip_amount", "i256", "", 1), Field("finder", "text?", "", 2)),
    262: (NextResult, Field("fill_ns", "u64*", "", 1)),
    271: (NextAck, Field("words", "text", "", 1)),
}


def _next(schema: Schema) -> Schema:
    if schema.number not in _NEWS:
        return schema
    message, *more = _NEWS[schema.number]
    return Schema(schema.number, message, schema.channel, (*schema.fields, *more))


NEXT = Table(map(_next, SCHEMAS), PARTS, RETIRED)
changed = pytest.mark.parametrize("number", sorted(_NEWS))


@changed
@given(data=st.data())
def test_an_older_writer_is_read_by_a_newer_reader_with_defaults(data, number):
    old = data.draw(of_schema(TABLE.by_number[number]))
    message = NEXT.by_number[number].message
    read = decode_payload(*encode_payload(old), NEXT)
    assert type(read) is message
    assert read == message(**msgspec.structs.asdict(old))


@changed
@given(data=st.data())
def test_a_newer_writer_is_read_by_an_older_reader_without_its_news(data, number):
    old = data.draw(of_schema(TABLE.by_number[number]))
    new = data.draw(of_schema(NEXT.by_number[number]))
    new = msgspec.structs.replace(new, **msgspec.structs.asdict(old))
    _, payload = encode_payload(new, NEXT)
    assert decode_payload(number, payload) == old
    assert decode_payload(number, payload, NEXT) == new


def test_a_reader_between_two_versions_takes_the_fields_it_finds():
    full = NextOpportunity(**msgspec.structs.asdict(an_opportunity()), tip_amount=-5, finder="a")
    number, payload = encode_payload(full, NEXT)
    before_finder = payload[: -len(b"\1\1\0\0\0a")]
    assert decode_payload(number, before_finder, NEXT) == msgspec.structs.replace(full, finder=None)
    with pytest.raises(RemoteWireError):
        decode_payload(number, payload[:-2], NEXT)


# --- what has no schema, and what does not fit ----------------------------------------------------


def test_an_unknown_schema_is_a_value():
    assert decode_payload(9_999, b"later") == v2.Unknown(9_999, b"later")


@pytest.mark.parametrize("message", [v2.Unknown(9_999, b""), v2.Position("pools", 1, 2)], ids=str)
def test_what_has_no_schema_is_our_bug(message):
    with pytest.raises(LocalWireError):
        encode_payload(message)


HEAD, FOUND = a_chain_head(), an_opportunity()


@pytest.mark.parametrize(
    "message",
    [
        msgspec.structs.replace(HEAD, hash="0xAB" + "0" * 62),
        msgspec.structs.replace(HEAD, hash="0x12"),
        msgspec.structs.replace(HEAD, number=-1),
        msgspec.structs.replace(HEAD, base_fee_wei=2**256),
        msgspec.structs.replace(FOUND, net_usd_e24=2**255),
        msgspec.structs.replace(FOUND, net_usd_e24=-(2**255) - 1),
        msgspec.structs.replace(FOUND, opportunity_id="\ud800"),
        msgspec.structs.replace(FOUND, opportunity_id=7),
        msgspec.structs.replace(FOUND, hops=(HASH,)),
        msgspec.structs.replace(FOUND, hops=7),
        msgspec.structs.replace(FOUND, block_hash=7),
        msgspec.structs.replace(FOUND, routing=None),
        msgspec.structs.replace(FOUND, record="text"),
    ],
    ids=lambda message: ascii(message)[:40],
)
def test_a_field_that_does_not_fit_is_our_bug(message):
    with pytest.raises(LocalWireError):
        v2.encode(message, source=1, sequence=1, sent_ns=1)
