"""Cycles while venues come and go: the same as if counted afresh, and never beyond the budget."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cycles.graph import Graph
from domain.cycles.kinds import TRIANGULAR
from domain.cycles.paths import Budget
from domain.cycles.roster import Roster
from tests.kit.markets import ASSETS, a_graph, a_roster, markets, pairs, places_through


def _live(roster: Roster) -> set[frozenset[str]]:
    graph, found = roster.graph, set()
    for hops in roster.table.lengths:
        for number in range(roster.table.group(hops).keys.size):
            arcs = [graph.arcs[arc] for arc in roster.table.cycle(hops, number)]
            if all(graph.places[arc.venue] for arc in arcs):
                found.add(frozenset(f"{graph.name_of(a.venue)} {a.sold}" for a in arcs))
    return found


@settings(deadline=None)
@given(st.lists(pairs(), min_size=3, max_size=7), st.integers(0, 2))
def test_coming_one_by_one_and_going_again_leaves_what_is_there(layout, gone):
    graph = Graph()
    roster = Roster(graph, ASSETS, Budget(most_hops=4))
    for at, coins in enumerate(layout):
        graph.add(f"v{at}", coins)
        roster.take_in([at])
    roster.let_go(f"v{gone}")
    fresh = Graph()
    for at, coins in enumerate(layout):
        if at != gone:
            fresh.add(f"v{at}", coins)
    assert _live(roster) == _live(a_roster(fresh))


@settings(deadline=None)
@given(markets)
def test_the_index_of_a_venue_holds_exactly_the_cycles_through_it(market):
    graph = a_graph(market)
    table = a_roster(graph).table
    for venue in range(len(graph.places)):
        indexed = set(places_through(table, venue))
        walked = {
            (hops, number)
            for hops in table.lengths
            for number in range(table.group(hops).keys.size)
            if venue in {graph.arcs[arc].venue for arc in table.cycle(hops, number)}
        }
        assert indexed == walked
        assert table.tally(venue) == Counter(table.key(*where).kind for where in walked)


def test_a_budget_is_spent_on_short_cycles_and_what_is_left_out_is_said():
    graph = a_graph([])
    for at in range(6):
        graph.add(f"v{at}", (ASSETS[at % 3], ASSETS[(at + 1) % 3]))
    roster = a_roster(graph, cycles=6)
    assert roster.table.count == 6
    assert {key.hops for key in roster.table.keys} == {2}
    assert roster.budget.left_out == 1


def test_only_the_kinds_asked_for_are_kept():
    graph = a_graph([])
    for at in range(6):
        graph.add(f"v{at}", (ASSETS[at % 3], ASSETS[(at + 1) % 3]))
    roster = Roster(graph, ASSETS, Budget(most_hops=4), (TRIANGULAR,))
    roster.take_in(range(6))
    assert {key.kind for key in roster.table.keys} == {"triangular"}


def test_letting_go_of_an_unknown_venue_is_nothing():
    roster = a_roster(a_graph([]))
    roster.let_go("nobody")
    assert roster.table.count == 0
