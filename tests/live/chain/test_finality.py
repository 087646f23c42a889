"""Finality as a state of money, and reorganisations however deep."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.chain.finality import ChainView, Finality, Reorged, follow, standing


def heads(*names: str, start: int = 0) -> list[tuple[int, str]]:
    return [(start + index, name) for index, name in enumerate(names)]


def seen(*names: str, safe: int = -1, final: int = -1, depth: int = 64) -> ChainView:
    empty = ChainView(depth=depth)
    return follow(empty, heads(*names), safe_number=safe, final_number=final).view


def test_a_block_climbs_from_included_to_safe_to_final():
    view = seen("a", "b", "c", safe=1, final=0)
    assert standing(view, 0, "a") is Finality.FINAL
    assert standing(view, 1, "b") is Finality.SAFE
    assert standing(view, 2, "c") is Finality.INCLUDED


def test_a_block_that_lost_its_height_has_no_standing():
    assert standing(seen("a", "b", "c", final=2), 1, "x") is Finality.NONE
    assert standing(seen("a", "b", "c"), 3, "d") is Finality.NONE


def test_a_reorg_below_the_newest_block_is_noticed():
    followed = follow(seen("a", "b", "c"), heads("a", "x", "y", "z"), safe_number=0, final_number=0)
    assert followed.reorged == (Reorged(1, "b", "x"), Reorged(2, "c", "y"))
    assert standing(followed.view, 1, "x") is Finality.INCLUDED


def test_a_chain_that_got_shorter_took_its_blocks_back():
    followed = follow(seen("a", "b", "c"), heads("a", "x"), safe_number=0, final_number=0)
    assert followed.reorged == (Reorged(1, "b", "x"), Reorged(2, "c", ""))
    assert followed.view.latest_number == 1


def test_heights_not_asked_again_are_kept():
    followed = follow(seen("a", "b"), heads("c", start=2), safe_number=1, final_number=0)
    assert followed.reorged == ()
    assert standing(followed.view, 0, "a") is Finality.FINAL


def test_no_news_changes_nothing():
    view = seen("a", "b")
    assert follow(view, [], safe_number=1, final_number=1).view == view


@given(st.integers(1, 20), st.integers(1, 60))
def test_a_view_never_remembers_more_than_its_depth(depth, length):
    names = [f"block{number}" for number in range(length)]
    view = seen(*names, depth=depth)
    assert len(view.hashes) == min(depth, length)
    assert view.latest_number == length - 1


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=12), st.lists(st.sampled_from("ab")))
def test_exactly_the_heights_whose_hash_changed_are_reported(old, new):
    view = seen(*old)
    followed = follow(view, heads(*new), safe_number=-1, final_number=-1)
    changed = [n for n, name in enumerate(old) if n >= len(new) or new[n] != name] if new else []
    assert [reorg.number for reorg in followed.reorged] == changed
