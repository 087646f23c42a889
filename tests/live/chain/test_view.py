"""Reorganisations are noticed however deep they lie, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.chain.view import ChainView, Reorged, follow


def heads(*names: str, start: int = 0) -> list[tuple[int, str]]:
    return [(start + index, name) for index, name in enumerate(names)]


def seen(*names: str, depth: int = 64) -> ChainView:
    empty = ChainView(depth=depth)
    return follow(empty, heads(*names)).view


def test_a_reorg_below_the_newest_block_is_noticed():
    followed = follow(seen("a", "b", "c"), heads("a", "x", "y", "z"))
    assert followed.reorged == (Reorged(1, "b", "x"), Reorged(2, "c", "y"))
    assert followed.view.hashes == dict(heads("a", "x", "y", "z"))


def test_a_chain_that_got_shorter_took_its_blocks_back():
    followed = follow(seen("a", "b", "c"), heads("a", "x"))
    assert followed.reorged == (Reorged(1, "b", "x"), Reorged(2, "c", ""))
    assert followed.view.latest_number == 1


def test_heights_not_asked_again_are_kept():
    followed = follow(seen("a", "b"), heads("c", start=2))
    assert followed.reorged == ()
    assert followed.view.hashes == dict(heads("a", "b", "c"))


def test_no_news_changes_nothing():
    view = seen("a", "b")
    assert follow(view, []).view == view


@given(st.integers(1, 20), st.integers(1, 60))
def test_a_view_never_remembers_more_than_its_depth(depth, length):
    names = [f"block{number}" for number in range(length)]
    view = seen(*names, depth=depth)
    assert len(view.hashes) == min(depth, length)
    assert view.latest_number == length - 1


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=12), st.lists(st.sampled_from("ab")))
def test_exactly_the_heights_whose_hash_changed_are_reported(old, new):
    view = seen(*old)
    followed = follow(view, heads(*new))
    changed = [n for n, name in enumerate(old) if n >= len(new) or new[n] != name] if new else []
    assert [reorg.number for reorg in followed.reorged] == changed
