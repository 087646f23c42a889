"""A client's visit as a playbook: what it says, what is done."""

from __future__ import annotations

import pytest

from live.protocol import v2
from live.relay.visit import (
    MOST_REQUESTS,
    TOLERATED_INPUT_BYTES,
    HangUp,
    Join,
    Replay,
    ServeV1,
    StopReading,
    Visit,
    Want,
    Write,
)
from tests.kit.clock import NOON_NS
from tests.live.relay.makers import an_alert, messages, wire

SECOND_NS = 1_000_000_000
SUBSCRIBE = v2.Subscribe(1, channels=("pools",))


def hello(lowest: int = v2.V2_0, highest: int = v2.V2_0, features=("replay", "song")) -> bytes:
    return wire(v2.Hello(lowest, highest, features, "test"))


class Play:
    """A visit that remembers what it did."""

    def __init__(self, **told) -> None:
        self.visit = Visit(**{"opens_as_v1": False, **told})
        self.acts = self.visit.opened()

    def hears(self, data: bytes, now_ns: int = NOON_NS) -> list:
        return self.visit.receive(data, now_ns)

    def welcomed(self) -> Play:
        self.hears(hello())
        return self


def test_silence_is_v1():
    play = Play()
    assert play.acts == []
    assert play.visit.is_undecided
    assert play.visit.silent() == [ServeV1()]
    assert play.visit.silent() == []


def test_a_hello_is_welcomed_with_what_both_can():
    [join] = Play().hears(hello())
    assert isinstance(join, Join)
    assert messages(join.welcome) == [v2.Welcome(v2.V2_0, ("replay",), "relay")]
    assert (join.client, join.has_marks) == ("test", True)
    [join] = Play().hears(hello(features=()))
    assert not join.has_marks


def test_a_hello_in_pieces_with_its_subscription_behind_it():
    play, acts = Play(), []
    for byte in hello() + wire(SUBSCRIBE):
        acts += play.hears(bytes((byte,)))
    assert acts[1:] == [Want(SUBSCRIBE)]


def test_another_subscription_replaces_the_first_and_a_replay_is_asked_for():
    play = Play().welcomed()
    again = v2.Subscribe(2, channels=("risk",))
    replay = v2.ReplayRequest(3, v2.Position("risk", 1, 2), 0)
    acts = play.hears(wire(SUBSCRIBE) + wire(v2.Heartbeat()) + wire(again) + wire(replay))
    assert acts == [Want(SUBSCRIBE), Want(again), Replay(replay)]


def test_the_v1_socket_streams_at_once_and_a_hello_upgrades():
    play = Play(opens_as_v1=True)
    assert play.acts == [ServeV1()]
    assert play.hears(hello()[:20]) == []
    [join] = play.hears(hello()[20:])
    assert isinstance(join, Join)


def test_a_late_hello_still_counts():
    play = Play()
    play.visit.silent()
    [join] = play.hears(hello())
    assert isinstance(join, Join)


def test_half_a_hello_and_then_silence_is_v1():
    play = Play()
    assert play.hears(hello()[:-1]) == []
    assert play.visit.silent() == [ServeV1()]


@pytest.mark.parametrize("opens_as_v1", [True, False])
def test_garbage_instead_of_a_hello_is_a_v1_reader_that_nobody_listens_to(opens_as_v1):
    play = Play(opens_as_v1=opens_as_v1)
    acts = play.acts + play.hears(b"GET / HTTP/1.1\r\n\r\n")
    assert acts == [ServeV1()]
    assert play.hears(hello()) == []
    assert play.hears(bytes(TOLERATED_INPUT_BYTES)) == [StopReading()]


@pytest.mark.parametrize(
    "said",
    [
        b"\xfd" * 44,
        wire(v2.Hello(v2.V2_0, v2.V2_0, (), "again")),
        wire(an_alert()),
        wire(v2.Ack(1)),
        wire(v2.Subscribe(1))[:-1] + b"\xff",
        v2.push_frame(270, b"cut", source=1, sequence=1, sent_ns=1),
    ],
)
def test_anything_else_from_a_v2_client_is_refused_in_words_then_closed(said):
    play = Play().welcomed()
    write, hang_up = play.hears(said)
    assert isinstance(write, Write)
    [refused] = messages(write.data)
    assert isinstance(refused, v2.Refused)
    assert hang_up == HangUp(refused.reason)
    assert play.hears(wire(SUBSCRIBE)) == []
    assert play.visit.refuse("again", NOON_NS) == []


def test_versions_nobody_both_speaks_are_refused_in_words():
    write, hang_up = Play().hears(hello(0x0300, 0x0301))
    assert messages(write.data) == [v2.Refused(hang_up.reason)]
    assert "3.0 to 3.1" in hang_up.reason


def test_a_newer_client_is_welcomed_to_what_we_speak():
    [join] = Play().hears(hello(v2.V2_0, 0x0201))
    assert messages(join.welcome)[0].version == v2.V2_0


def test_a_flood_of_requests_is_refused_and_a_busy_person_is_not():
    play = Play().welcomed()
    for second in range(3):
        at_ns = NOON_NS + second * SECOND_NS
        for _ in range(MOST_REQUESTS):
            assert play.hears(wire(SUBSCRIBE), at_ns) == [Want(SUBSCRIBE)]
    write, _ = play.hears(wire(SUBSCRIBE), at_ns)
    assert "20 requests a second" in messages(write.data)[0].reason


def test_who_finds_no_room_is_told_if_he_says_hello_and_else_just_leaves():
    full = "this relay is full"
    assert Play(opens_as_v1=True, no_room=full).acts == [HangUp(full)]
    assert Play(no_room=full).visit.silent() == [HangUp(full)]
    write, hang_up = Play(no_room=full).hears(hello())
    assert (messages(write.data), hang_up) == ([v2.Refused(full)], HangUp(full))
