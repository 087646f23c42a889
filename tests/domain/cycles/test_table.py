"""Columns and groups: what is put in is what is read, however much comes after."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.graph import WHOLE
from domain.cycles.table import Columns, Key, Table
from tests.kit.markets import ASSETS, a_graph

triples = st.lists(st.tuples(*[st.integers(0, 10**9)] * 3), max_size=50)


@given(triples)
def test_columns_are_read_as_they_were_put_in(columns):
    kept = Columns(3)
    numbers = [kept.append(column) for column in columns]
    assert numbers == list(range(len(columns)))
    assert kept.filled.T.tolist() == [list(column) for column in columns]


def test_short_cycles_through_a_venue_are_filled_up_with_what_pays_what_it_is_given():
    graph = a_graph([(ASSETS[:2], UniswapV2((10, 10))) for _ in range(2)])
    table, there, back = Table(4), graph.places[0].arcs[0], graph.places[1].arcs[1]
    table.add(Key("dex_dex", 2, 2), (there, back), graph)
    near = table.through(0)
    assert near is not None
    assert near.arcs.T.tolist() == [[there, back, WHOLE, WHOLE]]
    assert (near.keys.tolist(), near.hops.tolist(), near.numbers.tolist()) == ([0], [2], [0])
    assert table.through(7) is None


def test_a_group_is_atomic_when_all_of_it_is_on_the_chain():
    assert Key("triangular", 3, 3).is_atomic
    assert not Key("triangular", 3, 2).is_atomic
