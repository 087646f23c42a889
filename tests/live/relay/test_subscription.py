"""A v2 reader across connections, against a hub in memory: the gap closes, or it says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RemoteWireError
from live.protocol import v2
from live.relay.hub import Hub
from live.relay.market_memory import MarketMemory
from live.relay.policies import Limits
from live.relay.subscription import Subscription
from live.relay.visit import Join, Visit, Want, Write
from tests.kit.clock import NOON_NS, noon_clock
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.makers import HeardSink, beats, frame, wire

EVERYTHING = v2.Subscribe(1, channels=("pools", "signals", "control"))


class Line:
    """A relay and one reader, whose connection can be cut anywhere."""

    def __init__(self, **limits) -> None:
        self.hub = Hub(noon_clock(), MarketMemory(), lambda: None, limits=Limits(**limits))
        self.subscription = Subscription(EVERYTHING, name="test")
        self.heard: list[object] = []
        self.sequence = 0
        self.connect()

    def connect(self) -> None:
        self.sink, self.visit = HeardSink(), Visit(opens_as_v1=False)
        self._says(self.subscription.connected())

    def cut(self, lost_bytes: int = 0) -> None:
        """End the connection; the last bytes of it never arrive."""
        self._arrives(lost_bytes)
        self.hub.leave(self.sink.member)

    def publishes(self, *said: v2.Message) -> list[v2.Message]:
        for message in said:
            self.sequence += 1
            self.hub.publish(frame(message, self.sequence))
        self.hub.flush()
        return list(said)

    def arrives(self) -> None:
        self._arrives(0)

    def _arrives(self, lost_bytes: int) -> None:
        data = b"".join(self.sink.writes)
        self.sink.writes.clear()
        self._takes(data[: max(0, len(data) - lost_bytes)])

    def _says(self, data: bytes) -> None:
        for act in self.visit.receive(data, NOON_NS):
            match act:
                case Join():
                    self.sink.member = self.hub.attach(self.sink, has_marks=act.has_marks)
                    self._takes(act.welcome)
                case Want():
                    self.hub.subscribe(self.sink.member, act.subscribe)
                case _:
                    raise AssertionError(act)

    def _takes(self, data: bytes) -> None:
        taken = self.subscription.receive(data)
        if taken.is_fresh:
            self.heard.append(None)
        self.heard += [found.message for found in taken.frames]
        if taken.reply:
            self._says(taken.reply)


def test_at_first_everything_known_may_be_old():
    line = Line()
    line.publishes(a_pool_state("a"))
    line.arrives()
    assert line.heard == [None, a_pool_state("a")]
    assert line.subscription.is_settled


def test_a_gap_closes_without_a_word():
    line = Line()
    line.arrives()
    said = line.publishes(an_opportunity(1))
    line.hub.tick()
    line.cut()
    said += line.publishes(an_opportunity(2), a_pool_state("a"))
    line.connect()
    said += line.publishes(an_opportunity(3))
    line.arrives()
    assert line.heard == [None, *said]


def test_what_came_behind_the_last_mark_is_not_heard_twice():
    line = Line()
    line.arrives()
    line.hub.tick()
    said = line.publishes(an_opportunity(1), an_opportunity(2))
    line.cut()  # before any mark
    line.connect()
    line.arrives()
    line.cut()  # and again, during the replay
    line.connect()
    said += line.publishes(an_opportunity(3))
    line.arrives()
    assert line.heard == [None, *said]


def test_a_gap_too_wide_is_told_and_the_state_follows():
    line = Line(replay_frames=2)
    line.publishes(a_pool_state("a", 1))
    line.hub.tick()
    line.cut()
    line.publishes(*[a_pool_state("a", n) for n in range(2, 9)])
    line.connect()
    line.arrives()
    assert line.heard == [None, a_pool_state("a", 1), None, a_pool_state("a", 8)]


def test_a_relay_that_began_anew_is_started_with_afresh():
    line = Line()
    line.publishes(a_pool_state("a", 1))
    line.hub.tick()
    line.cut()
    clock = noon_clock()
    clock.wind(1)
    line.hub = Hub(clock, MarketMemory(), lambda: None)
    line.publishes(a_pool_state("a", 9))
    line.connect()
    line.arrives()
    assert line.heard[2:] == [None, a_pool_state("a", 9)]


@given(
    st.lists(
        st.one_of(st.just("tick"), st.just("arrive"), st.just("say"), st.integers(0, 900)),
        max_size=40,
    )
)
def test_wherever_it_is_cut_nothing_is_lost_and_nothing_comes_twice(script):
    line, said, number = Line(), [], 0
    line.arrives()
    line.hub.tick()
    line.arrives()
    for step in script:
        match step:
            case "tick":
                line.hub.tick()
            case "arrive":
                line.arrives()
            case "say":
                number += 1
                said += line.publishes(an_opportunity(number))
            case lost_bytes:
                line.cut(lost_bytes)
                line.connect()
    line.arrives()
    assert line.heard == [None, *said]


def test_a_refusal_ends_the_connection_in_words():
    subscription = Subscription(EVERYTHING, name="test")
    subscription.connected()
    [refusal, _] = Visit(opens_as_v1=False, no_room="full").receive(
        subscription.connected(), NOON_NS
    )
    assert isinstance(refusal, Write)
    with pytest.raises(RemoteWireError, match="refused us: full"):
        subscription.receive(refusal.data)


def test_a_later_refusal_ends_it_too():
    line = Line()
    with pytest.raises(RemoteWireError, match="too slow"):
        line.subscription.receive(wire(v2.Refused("too slow")))


def test_an_old_relay_is_heard_in_v1_by_those_who_may():
    modest = Subscription(EVERYTHING, name="test", may_fall_back=True)
    modest.connected()
    assert modest.receive(beats(0, 2)[0]).v1 == beats(0, 2)[0]
    modest.timed_out()
    assert modest.is_settled
    assert modest.receive(beats(1, 1)[0]).v1 == beats(1, 1)[0]
    proud = Subscription(EVERYTHING, name="test")
    proud.connected()
    with pytest.raises(RemoteWireError, match="nobody answered"):
        proud.timed_out()
