"""What waits for a slow reader."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.relay.outbox import Outbox, no_notice

frames = st.lists(st.binary(min_size=1, max_size=9), max_size=30)


@given(frames, st.integers(0, 100))
def test_the_newest_whole_frames_are_kept_within_the_limit(written, limit):
    outbox = Outbox(limit, no_notice)
    dropped = outbox.put(written)
    assert outbox.waiting_bytes <= limit
    assert dropped == outbox.dropped_frames
    assert outbox.take() == b"".join(written[dropped:])


@given(frames)
def test_nothing_is_dropped_that_fits(written):
    outbox = Outbox(1000, no_notice)
    assert sum(outbox.put([frame]) for frame in written) == 0
    assert outbox.take() == b"".join(written)
    assert outbox.take() == b""


def test_a_notice_stands_where_frames_are_missing_and_is_given_once():
    outbox = Outbox(4, lambda missing: f"<{missing}>".encode())
    outbox.put([b"aa", b"bb", b"cc"])
    outbox.put([b"dd"])
    assert outbox.take() == b"<2>ccdd"
    outbox.put([b"ee"])
    assert outbox.take() == b"ee"
