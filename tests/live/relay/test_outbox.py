"""What waits for a slow v1 reader."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.protocol import v1
from live.relay.chunks import Run
from live.relay.outbox import Outbox

runs = st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=6), max_size=12)


def as_runs(written) -> tuple[list[bytes], list[Run]]:
    frames, found = [], []
    for payloads in written:
        cut = [v1.push_frame(3, payload, len(frames) + n) for n, payload in enumerate(payloads)]
        frames += cut
        found.append(Run(b"".join(cut), len(cut)))
    return frames, found


@given(runs, st.integers(0, 800))
def test_the_newest_whole_frames_are_kept_within_the_limit(written, limit_bytes):
    frames, found = as_runs(written)
    outbox = Outbox(limit_bytes)
    dropped = outbox.put(found)
    assert outbox.waiting_bytes <= limit_bytes
    assert outbox.waiting_frames == len(frames) - dropped
    assert outbox.take() == (b"".join(frames[dropped:]), len(frames) - dropped)
    assert outbox.take() == (b"", 0)


@given(runs)
def test_nothing_is_dropped_that_fits(written):
    frames, found = as_runs(written)
    outbox = Outbox(10_000)
    assert sum(outbox.put([run]) for run in found) == 0
    assert outbox.take() == (b"".join(frames), len(frames))
