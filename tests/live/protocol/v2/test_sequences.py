"""Noticing holes."""

from __future__ import annotations

from live.protocol import v2


def a_frame(source: int, sequence: int) -> v2.Frame:
    [frame] = v2.Decoder().feed(
        v2.encode(v2.Heartbeat(), source=source, sequence=sequence, sent_ns=1)
    )
    return frame


def noticed(*frames: tuple[int, int]) -> list[v2.GapNotice]:
    tracker = v2.SequenceTracker()
    notices = [tracker.observe(a_frame(*frame)) for frame in frames]
    return [notice for notice in notices if notice is not None]


def test_a_sequence_without_holes_is_not_remarked():
    assert noticed((1, 7), (1, 8), (2, 1), (1, 9), (2, 2)) == []


def test_a_hole_is_noticed_once():
    assert noticed((1, 7), (1, 10), (1, 11)) == [v2.GapNotice("1", 8, 10)]


def test_a_repeated_frame_is_noticed():
    assert noticed((1, 7), (1, 7)) == [v2.GapNotice("1", 8, 7)]


def test_a_restart_is_not_a_hole():
    assert noticed((1, 7), (1, 0), (1, 1)) == []
