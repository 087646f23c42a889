"""How far a replay can go back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.relay.chunks import Run
from live.relay.history import History, RunHistory
from tests.live.relay.makers import beats, pool


@given(st.integers(0, 30), st.integers(0, 12), st.integers(-2, 35))
def test_all_behind_a_position_or_nothing(frames, most_frames, position):
    history = History(most_frames, 10_000_000)
    sent = [pool("a", n) for n in range(1, frames + 1)]
    for found in sent:
        history.keep(found)
    oldest = max(0, frames - most_frames)
    assert history.oldest(frames) == oldest
    expected = sent[position:] if oldest <= position <= frames else None
    assert history.after(position, frames) == expected


def test_bytes_are_a_bound_too():
    size = len(pool("a", 1).raw)
    history = History(100, 3 * size)
    for n in range(1, 11):
        history.keep(pool("a", n))
    assert history.oldest(10) == 7


@given(st.lists(st.integers(1, 5), max_size=12), st.integers(0, 30), st.integers(-2, 62))
def test_runs_are_cut_where_a_reader_stood(sizes, most_frames, position):
    history = RunHistory(most_frames, 10_000_000)
    newest, kept = 0, []
    for size in sizes:
        frames = beats(newest + 1, size)
        history.keep(Run(b"".join(frames), size, "x"), 7)
        kept.append([(raw, newest + 1 + n, "x", 7) for n, raw in enumerate(frames)])
        newest += size
    while sum(map(len, kept)) > most_frames:
        kept.pop(0)
    numbered = [item for run in kept for item in run]
    oldest = newest - len(numbered)
    assert history.oldest(newest) == oldest
    expected = [item for item in numbered if item[1] > position]
    assert history.after(position, newest) == (expected if oldest <= position <= newest else None)


def test_a_run_too_large_to_keep_is_not_kept():
    history = RunHistory(100, 10)
    history.keep(Run(b"".join(beats(1, 3)), 3))
    assert history.oldest(3) == 3
    assert history.after(3, 3) == []
    assert history.after(2, 3) is None
