"""Enumeration: every simple cycle once, whatever order venues come in, within a stated budget."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.graph import Graph
from domain.cycles.paths import Budget, cycles_through
from tests.kit.markets import ASSETS, UNIT, a_graph, a_roster, pairs

POOL = UniswapV2((UNIT, UNIT), 3)
layouts = st.lists(pairs(), min_size=2, max_size=6)


def _found(graph: Graph) -> list[tuple[int, ...]]:
    table = a_roster(graph).table
    return [
        table.cycle(hops, number)
        for hops in table.lengths
        for number in range(table.group(hops).keys.size)
    ]


def _tried(graph: Graph, hops: int) -> set[frozenset[int]]:
    """Find cycles the slow way: all orders of all arcs."""
    found = set()
    for path in permutations(range(1, len(graph.arcs)), hops):
        arcs = [graph.arcs[arc] for arc in path]
        is_closed = all(
            a.asset_out == b.asset_in for a, b in zip(arcs, [*arcs[1:], arcs[0]], strict=True)
        )
        is_simple = len({a.asset_in for a in arcs}) == len({a.venue for a in arcs}) == hops
        if is_closed and is_simple:
            found.add(frozenset(path))
    return found


@settings(deadline=None, max_examples=40)
@given(layouts)
def test_every_cycle_is_found_exactly_once(layout):
    graph = a_graph([(coins, POOL) for coins in layout])
    found = _found(graph)
    assert len(found) == len({frozenset(cycle) for cycle in found})
    for hops in (2, 3):
        short = {frozenset(cycle) for cycle in found if len(cycle) == hops}
        assert short == _tried(graph, hops)


@settings(deadline=None, max_examples=40)
@given(layouts, st.randoms())
def test_the_order_in_which_venues_come_changes_no_cycle(layout, random):
    shuffled = random.sample(range(len(layout)), len(layout))
    graph, other = Graph(), Graph()
    for which, order in ((graph, range(len(layout))), (other, shuffled)):
        for at in order:
            which.add(f"v{at}", layout[at])

    def named(one: Graph) -> set[frozenset[tuple[str, int]]]:
        return {
            frozenset((one.name_of(one.arcs[a].venue), one.arcs[a].sold) for a in cycle)
            for cycle in _found(one)
        }

    assert named(graph) == named(other)


def test_a_cycle_begins_at_its_best_ranked_asset():
    graph = a_graph([((ASSETS[1], ASSETS[0]), POOL), ((ASSETS[0], ASSETS[1]), POOL)])
    starts = {graph.arcs[cycle[0]].asset_in for cycle in _found(graph)}
    assert starts == {graph.asset(ASSETS[0])}


def test_a_cycle_without_an_asset_to_keep_is_not_given():
    graph = a_graph([((ASSETS[0], ASSETS[1]), POOL)] * 2)
    assert not list(cycles_through(graph, 1, 2, [graph.asset(ASSETS[3])], Budget()))


def test_a_ring_of_twelve_is_two_cycles():
    graph = Graph()
    for at in range(12):
        graph.add(f"v{at}", (f"x{at}", f"x{(at + 1) % 12}"))
    ring = list(cycles_through(graph, 11, 12, [graph.asset("x0")], Budget()))
    assert [len(cycle) for cycle in ring] == [12, 12]
    assert set(ring[0]).isdisjoint(ring[1])


def test_steps_that_are_spent_end_the_search():
    graph = a_graph([((ASSETS[0], ASSETS[1]), POOL)] * 5)
    budget = Budget(steps=1)
    assert list(cycles_through(graph, 4, 2, [0], budget)) == []
    assert budget.is_spent
