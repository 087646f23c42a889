"""Two sides that stem from one source prove nothing, however long the way to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.layers.lineage import Sides, shared_sources, sources_of, unwired

PARENTS = {
    "ledger": ["settled", "openings"],
    "settled": ["fills", "receipts"],
    "balances": ["asked"],
    "openings": ["anchor"],
    "fills": ["anchor"],
    "receipts": ["anchor"],
    "asked": ["anchor"],
    "anchor": ["journal"],
}
HELD = Sides("held", ("ledger",), ("balances",))


def test_sources_are_what_nothing_is_computed_into():
    assert sources_of(["ledger"], PARENTS, {"anchor"}) == {"fills", "receipts", "openings"}


def test_sides_that_share_nothing_but_their_anchor_are_valid():
    assert shared_sources(HELD, PARENTS, {"anchor"}) == []


def test_without_an_anchor_by_design_what_it_stems_from_is_shared():
    assert shared_sources(HELD, PARENTS) == ["journal"]


def test_a_source_both_sides_stem_from_is_named():
    wrong = PARENTS | {"balances": ["derived"], "derived": ["fills"]}
    assert shared_sources(HELD, wrong, {"anchor"}) == ["fills"]


def test_a_side_held_against_itself_shares_all_of_it():
    assert shared_sources(Sides("x", ("settled",), ("ledger",)), PARENTS, {"anchor"}) == [
        "fills",
        "receipts",
    ]


def test_a_side_that_is_no_input_of_the_result_is_named():
    assert unwired(HELD, "compared", {"compared": ["ledger"]}) == ["balances"]


@given(st.dictionaries(st.integers(1, 30), st.lists(st.integers(0, 29), max_size=4)))
def test_sharing_is_the_same_from_either_side(drawn: dict[int, list[int]]):
    parents = {str(table): [str(one % table) for one in above] for table, above in drawn.items()}
    sides = Sides("a", ("29",), ("30", "28"))
    turned = Sides("a", sides.external, sides.internal)
    assert shared_sources(sides, parents) == shared_sources(turned, parents)


def test_a_loop_in_the_graph_ends():
    assert sources_of(["a"], {"a": ["b"], "b": ["a"]}, ()) == set()
