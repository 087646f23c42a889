"""What a producer's bytes mean, without a socket in sight."""

from __future__ import annotations

import pytest

from domain.errors import RemoteWireError
from live.protocol import v1, v2
from live.relay.memory import DefiMemory, MarketMemory
from live.relay.sessions import DefiSession, MarketSession
from tests.kit.clock import NOON_NS, noon_clock

BEAT = v1.encode(v1.Heartbeat(1, 1), 1)
TRADE = v1.encode(v1.Trade(1, 2, 3, 4, 5, 1), 2)


def a_market() -> tuple[MarketSession, list[bytes]]:
    out: list[bytes] = []
    return MarketSession(noon_clock(), MarketMemory(), out.append), out


def a_defi(tracker: v2.SequenceTracker | None = None) -> tuple[DefiSession, list[bytes]]:
    out: list[bytes] = []
    made = tracker or v2.SequenceTracker()
    return DefiSession(noon_clock(), DefiMemory(), made, out.append), out


def beat(sequence: int) -> bytes:
    return v2.encode(v2.Heartbeat(), source=1, sequence=sequence, sent_ns=1)


def test_frames_pass_byte_for_byte_but_for_the_stamp():
    session, out = a_market()
    session.take(BEAT + TRADE)
    assert out == [BEAT, v1.encode(v1.Trade(1, 2, 3, 4, 5, 1, relay_ns=NOON_NS), 2)]


@pytest.mark.parametrize("number", [0, 11, 12, 13, 14, 32, 128, 254])
def test_no_type_outside_the_first_generation_gets_past(number):
    session, out = a_market()
    bad = bytes((0xFE, number, 0, 0, 0, 0, 0, 0))
    with pytest.raises(RemoteWireError):
        session.take(BEAT + bad + BEAT)
    assert out == [BEAT]


def test_v2_on_the_v1_channel_is_refused():
    session, out = a_market()
    with pytest.raises(RemoteWireError):
        session.take(beat(1))
    assert out == []


def test_a_hole_is_told_before_the_frame_behind_it():
    session, out = a_defi()
    session.take(beat(1) + beat(2) + beat(5))
    told = [frame.message for frame in v2.Decoder().feed(b"".join(out))]
    assert told == [v2.Heartbeat(), v2.Heartbeat(), v2.GapNotice("1", 3, 5), v2.Heartbeat()]


def test_a_reconnection_is_not_a_new_start():
    tracker = v2.SequenceTracker()
    before, _out = a_defi(tracker)
    before.take(beat(1))
    after, out = a_defi(tracker)
    after.take(beat(3))
    assert v2.Decoder().feed(out[0])[0].message == v2.GapNotice("1", 2, 3)


def test_garbage_on_the_defi_channel_is_refused_after_the_whole_frames():
    session, out = a_defi()
    with pytest.raises(RemoteWireError):
        session.take(beat(1) + b"nonsense" * 10)
    assert out == [beat(1)]
