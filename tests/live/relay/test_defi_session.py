"""What a v2 producer's bytes mean, without a socket in sight."""

from __future__ import annotations

import pytest

from domain.errors import RemoteWireError
from live.protocol import v2
from live.relay.defi_session import DefiSession
from tests.live.relay.makers import wire


def a_session(tracker: v2.SequenceTracker | None = None) -> tuple[DefiSession, list[object]]:
    out: list[object] = []
    session = DefiSession(
        tracker or v2.SequenceTracker(),
        lambda frame, origin: out.append((frame.message, origin)),
        lambda notice, origin: out.append((notice, origin)),
        origin="chain.sock",
    )
    return session, out


def beat(sequence: int) -> bytes:
    return wire(v2.Heartbeat(), sequence)


HEARD = (v2.Heartbeat(), "chain.sock")


def test_a_hole_is_told_before_the_frame_behind_it():
    session, out = a_session()
    session.take(beat(1) + beat(2) + beat(5))
    assert out == [HEARD, HEARD, (v2.GapNotice("9", 3, 5), "chain.sock"), HEARD]


def test_a_reconnection_is_not_a_new_start():
    tracker = v2.SequenceTracker()
    a_session(tracker)[0].take(beat(1))
    session, out = a_session(tracker)
    session.take(beat(3))
    assert out == [(v2.GapNotice("9", 2, 3), "chain.sock"), HEARD]


def test_garbage_is_refused_after_the_whole_frames():
    session, out = a_session()
    with pytest.raises(RemoteWireError):
        session.take(beat(1) + b"nonsense" * 10)
    assert out == [HEARD]
