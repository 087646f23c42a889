"""A head that does not continue our blocks: what became of them, to the last hash."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.chain.view import ChainView, Reorged
from live.collectors.chain_breaks import (
    REMEMBERED,
    BreakKind,
    ChainBreak,
    classified,
    remembered,
)

FAR = 50


def _view(first: int, last: int) -> ChainView:
    view = ChainView(depth=REMEMBERED)
    for number in range(first, last + 1):
        view = remembered(view, number, f"ours-{number}")
    return view


def _classified(view: ChainView, now: dict[int, str]) -> ChainBreak:
    head = max(now)
    asked = {number: now[number] for number in (*view.hashes, head) if number in now}
    return classified(view, head, asked.items(), FAR)


@given(
    ours=st.integers(1, 90),
    kept=st.integers(0, 90),
    grown=st.integers(-89, 200),
)
def test_the_depth_is_the_number_of_our_blocks_that_are_gone(ours, kept, grown):
    """Ours are 1 to `ours`, of which the first `kept` stand; the head is `grown` further."""
    head = max(1, ours + grown)
    now = {n: f"ours-{n}" if n <= kept else f"theirs-{n}" for n in range(head + 1)}
    found = _classified(_view(1, ours), now)
    known = range(max(1, ours - REMEMBERED + 1), ours + 1)
    gone = [n for n in known if n > min(kept, head)]
    assert found.depth == len(gone)
    assert [entry.number for entry in found.orphaned] == gone
    assert all(entry.old_hash == f"ours-{entry.number}" for entry in found.orphaned)
    assert all((entry.new_hash == "") == (entry.number > head) for entry in found.orphaned)
    assert set(found.view.hashes) == set(known) - set(gone)
    assert found.is_deeper_than_memory == (len(gone) == len(known))
    assert (found.kind is BreakKind.REORG) == bool(gone)
    if not gone:
        assert (found.kind is BreakKind.GAP) == (head - ours > FAR)


def test_what_is_missing_is_what_was_taken_back():
    found = _classified(_view(5, 9), {n: f"ours-{n}" if n < 8 else "other" for n in range(5, 12)})
    assert found.missing == (8, 10)
    assert found.orphaned == (Reorged(8, "ours-8", "other"), Reorged(9, "ours-9", "other"))
    assert "took back 2 blocks" in found.sentence
    assert "8 was ours-8, is other" in found.sentence


def test_a_chain_that_grew_shorter_took_its_blocks_back():
    found = _classified(_view(5, 9), {n: f"ours-{n}" for n in range(5, 8)})
    assert (found.kind, found.depth, found.missing) == (BreakKind.REORG, 2, (8, 10))
    assert "9 was ours-9, is no block" in found.sentence


def test_a_reorg_past_all_we_remember_says_that_it_may_lie_deeper():
    found = _classified(_view(5, 6), dict.fromkeys(range(5, 9), "other"))
    assert found.is_deeper_than_memory
    assert "at least 2" in found.sentence


def test_a_long_absence_is_a_gap_of_the_blocks_nobody_heard():
    found = _classified(_view(5, 6), {5: "ours-5", 6: "ours-6", 90: "head"})
    assert (found.kind, found.missing) == (BreakKind.GAP, (7, 90))
    assert "too many to replay" in found.sentence


def test_a_chain_that_only_moved_on_is_no_break():
    found = _classified(_view(5, 6), {5: "ours-5", 6: "ours-6", 8: "head"})
    assert found.kind is BreakKind.RACE
    assert found.depth == 0


def test_no_more_heights_are_kept_than_a_final_block_needs():
    assert len(_view(1, 300).hashes) == REMEMBERED
