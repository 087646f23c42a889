"""Reading where a frame goes without reading what it says."""

from __future__ import annotations

import pytest
from hypothesis import given

from domain.errors import RemoteWireError
from live.protocol import v2
from live.protocol.v2.codec import encode_payload
from live.protocol.v2.table import TABLE
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.protocol.v2.strategies import messages


def framed(message) -> v2.Frame:
    [frame] = v2.Decoder().feed(v2.encode(message, source=7, sequence=8, sent_ns=9))
    return frame


def pushed(schema: int, payload: bytes, *, is_routed: bool) -> v2.Frame:
    raw = v2.push_frame(schema, payload, source=7, sequence=8, sent_ns=9, is_routed=is_routed)
    [frame] = v2.Decoder().feed(raw)
    return frame


@given(messages)
def test_a_route_says_what_the_message_and_the_envelope_say(message):
    schema = TABLE.by_message[type(message)]
    routing = getattr(message, "routing", v2.Routing())
    assert v2.route_of(framed(message)) == v2.Route(
        schema.channel, schema.number, 7, 8, routing.strategy, routing.venues, routing.pairs,
        routing.profit_usd_e6, routing.confidence_ppm, routing.expires_ns, routing.correlation,
    )  # fmt: skip


def test_the_rest_of_the_payload_is_not_looked_at():
    number, payload = encode_payload(an_opportunity())
    size = int.from_bytes(payload[:2], "little")
    frame = pushed(number, payload[:size] + b"no opportunity at all", is_routed=True)
    assert v2.route_of(frame).venues == ("univ2-a", "univ2-b")
    with pytest.raises(RemoteWireError):
        assert frame.message


def test_a_schema_that_is_newer_is_routed_by_its_block_all_the_same():
    _, payload = encode_payload(a_pool_state("univ3"))
    route = v2.route_of(pushed(9_999, payload, is_routed=True))
    assert (route.channel, route.schema, route.venues) == ("pools", 9_999, ("univ3",))


def test_a_newer_frame_without_a_block_is_control():
    assert v2.route_of(pushed(9_999, b"anything", is_routed=False)).channel == "control"


def test_a_data_message_cannot_pass_as_control():
    number, payload = encode_payload(a_pool_state())
    frame = pushed(number, payload, is_routed=False)
    with pytest.raises(RemoteWireError):
        v2.route_of(frame)
    with pytest.raises(RemoteWireError):
        assert frame.message


def test_a_message_cannot_travel_on_another_channel():
    _, payload = encode_payload(a_pool_state())
    with pytest.raises(RemoteWireError):
        v2.route_of(pushed(261, payload, is_routed=True))


@pytest.mark.parametrize("payload", [b"", b"\x28", bytes(40), b"\x29\0\3" + bytes(37)])
def test_a_block_that_is_none_is_theirs(payload):
    with pytest.raises(RemoteWireError):
        v2.route_of(pushed(9_999, payload, is_routed=True))
