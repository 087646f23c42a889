"""Runs of whole v1 frames."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.protocol import v1
from live.relay.chunks import Run, frames_of, without_oldest

payloads = st.lists(st.binary(max_size=300), max_size=20)


def run_of(found: list[bytes]) -> Run:
    return Run(b"".join(found), len(found), "x")


@given(payloads)
def test_a_run_is_cut_into_the_frames_it_was_made_of(written):
    frames = [v1.push_frame(3, payload, n) for n, payload in enumerate(written)]
    assert list(frames_of(run_of(frames).raw)) == frames


@given(payloads, st.integers(0, 7_000))
def test_the_oldest_whole_frames_go_and_no_more_than_needed(written, surplus_bytes):
    frames = [v1.push_frame(3, payload, n) for n, payload in enumerate(written)]
    kept = without_oldest(run_of(frames), surplus_bytes)
    gone = len(frames) - kept.frames
    assert kept == run_of(frames[gone:])
    assert sum(map(len, frames[:gone])) >= min(surplus_bytes, sum(map(len, frames)))
    assert gone == 0 or sum(map(len, frames[: gone - 1])) < surplus_bytes
