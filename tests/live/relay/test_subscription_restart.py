"""A reader whose relay begins anew: events are given once, states as often as they are said."""

from __future__ import annotations

from live.protocol import v2
from live.relay.subscription import Subscription
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.makers import wire

WELCOME = v2.encode(v2.Welcome(v2.V2_0, ("replay",), "relay"), source=3, sequence=0, sent_ns=1)


def heard(reader: Subscription, *frames: bytes) -> list[bytes]:
    """Connect the reader to a relay that has begun anew and says these frames."""
    reader.connected()
    ack = v2.encode(v2.Ack(1, ()), source=3, sequence=0, sent_ns=1)
    taken = [reader.receive(WELCOME), reader.receive(ack + b"".join(frames))]
    return [frame.raw for one in taken for frame in one.frames]


def test_an_event_handed_on_again_by_a_relay_that_was_killed_is_given_once():
    reader = Subscription(v2.Subscribe(1), name="reader")
    events = [wire(an_opportunity(n + 1), n) for n in range(4)]
    assert heard(reader, *events[:3]) == events[:3]
    assert heard(reader, *events[1:]) == events[3:]


def test_a_state_said_again_to_who_starts_afresh_is_given_again():
    reader = Subscription(v2.Subscribe(1), name="reader")
    state = wire(a_pool_state())
    assert heard(reader, state) == heard(reader, state) == [state]


def test_an_event_of_a_source_that_began_anew_is_another_event():
    reader = Subscription(v2.Subscribe(1), name="reader")
    first, again = (v2.encode(an_opportunity(1), source=9, sequence=0, sent_ns=ns) for ns in (1, 2))
    assert heard(reader, first) == [first]
    assert heard(reader, again) == [again]
