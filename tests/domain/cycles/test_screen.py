"""The screen: it never drops a cycle that some size makes profitable, on any random market."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from domain.cycles.hop import Hop, paid_along
from domain.cycles.screen import MOST, Wants, composed, gaining, screened
from domain.cycles.table import Key, Some
from tests.kit.markets import UNIT, USD, a_graph, a_roster, markets, some_terms

KEY = Key("dex_dex", 2, 2)
GRID = [10**e * m for e in range(3, 24) for m in (1, 3)]


def _best_gain(graph, cycle) -> int:
    hops = [Hop(graph.pools[graph.arcs[a].venue], *graph.arcs[a][1:3]) for a in cycle]
    paid = [(units, paid_along(hops, units)) for units in GRID]
    return max((amounts[-1] - units for units, amounts in paid if amounts), default=0)


@settings(deadline=None)
@given(markets)
def test_a_cycle_that_any_size_makes_profitable_is_kept(market):
    graph = a_graph(market)
    table = a_roster(graph).table
    terms = some_terms(least_usd_e24=USD // 10**15, own_units=dict.fromkeys(range(4), 10**24))
    wants = terms.wants(len(graph.assets), table.keys)
    for hops in table.lengths:
        some = table.group(hops)
        _, kept = screened(graph.lines, graph.assets_in, some, wants)
        for number in range(some.keys.size):
            gain = _best_gain(graph, table.cycle(hops, number))
            if gain > 1000:
                assert number in kept.numbers
                at = kept.numbers.tolist().index(number)
                assert kept.net_usd[at] >= gain / UNIT * (1 - 1e-12)


def test_a_better_line_has_a_higher_bound_and_a_losing_one_none():
    lines = np.array([[0, 1.1, 1.2, 1.0], [0, 1e-6, 1e-6, 1e-6], [0, 1e9, 1e9, 1e9]])
    some = Some(np.array([[1, 2, 3], [3, 3, 3]]), np.zeros(3, dtype=np.int64))
    wants = some_terms().wants(4, [KEY])
    gained, kept = screened(lines, np.zeros(4, dtype=np.int64), some, _in_units(wants))
    assert kept.numbers.tolist() == [0, 1]
    assert gained.keys.tolist() == [0, 0, 0]
    assert kept.net_usd[1] > kept.net_usd[0] > 0


def test_each_key_pays_its_own_gas_and_has_its_own_limit():
    lines = np.array([[0, 1.1, 1.0], [0, 1e-6, 1e-6], [0, 1e9, 1e9]])
    some = Some(np.array([[1, 1, 1], [2, 2, 2]]), np.array([0, 1, 2]))
    wants = Wants(
        np.ones(3), np.array([[1e9] * 3, [1e9] * 3, [1.0] * 3]), 0.0, np.array([0, 50, 0])
    )
    _, kept = screened(lines, np.zeros(3, dtype=np.int64), some, wants)
    assert kept.net_usd[0] == pytest.approx(kept.net_usd[1] + 50)
    assert kept.inputs[2] == 1.0


def test_a_silent_arc_ends_every_cycle_through_it():
    assert gaining(np.array([0.0, 9.9]), np.array([[1, 0], [0, 0]])).size == 0


def test_lines_compose_to_what_they_pay_one_after_another():
    lines = np.array([[0, 2.0, 0.7], [0, 1e-3, 5e-4], [0, np.inf, np.inf]])
    slope, bend, cap = composed(lines, np.array([[1], [2]]))
    x = 100.0
    middle = 2.0 * x / (1 + 1e-3 * x)
    assert slope[0] * x / (1 + bend[0] * x) == pytest.approx(0.7 * middle / (1 + 5e-4 * middle))
    assert cap[0] == MOST


def test_a_cap_in_the_middle_bounds_the_end():
    lines = np.array([[0, 2.0, 0.7], [0, 0, 0], [0, 50.0, np.inf]])
    assert composed(lines, np.array([[1], [2]]))[2][0] == pytest.approx(35.0)


def _in_units(wants):
    return replace(wants, worth_usd=np.ones(4), most_units=np.full((1, 4), 1e9))
