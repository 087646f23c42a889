"""The market as arrays: newer words replace older ones, and silence is worth nothing."""

from __future__ import annotations

import pytest

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.graph import Graph
from domain.cycles.reason import Bad
from domain.errors import InputRefused
from tests.kit.markets import UNIT

POOL = UniswapV2((UNIT, 2 * UNIT), 3)
COINS = ("eip155:1/erc20:0xa", "eip155:1/erc20:0xb")


def _graph() -> Graph:
    graph = Graph()
    graph.add("v", COINS)
    return graph


def test_a_venue_pays_nothing_before_its_first_word():
    graph = _graph()
    assert not graph.lines[0, 2:].any()
    assert graph.hear("v", POOL, 0) == 0
    assert graph.lines[0, 2] == pytest.approx(2 * 0.997)
    assert graph.lines[0, 3] == pytest.approx(0.5 * 0.997)


@pytest.mark.parametrize(
    ("sequence", "reason"), [(5, Bad.DUPLICATE), (4, Bad.OUT_OF_ORDER), (6, 0)]
)
def test_a_word_that_is_not_newer_changes_nothing(sequence, reason):
    graph = _graph()
    graph.hear("v", POOL, 5)
    before = graph.lines.copy()
    assert graph.hear("v", UniswapV2((UNIT, 9 * UNIT), 3), sequence) == reason
    assert (graph.lines == before).all() == (reason != 0)
    assert sum(graph.bad.values()) == (reason != 0)


def test_a_word_without_sense_silences_the_venue_and_is_counted():
    graph = _graph()
    graph.hear("v", POOL, 0)
    assert graph.hear("v", UniswapV2((0, UNIT), 3), 1) is Bad.EMPTY_POOL
    assert not graph.lines[0, 2:].any()
    assert graph.bad == {"empty_pool": 1}
    assert graph.hear("v", POOL, 2) == 0


def test_a_stopped_venue_is_silent_until_it_speaks_again():
    graph = _graph()
    graph.hear("v", POOL, 0)
    graph.stop("v")
    assert not graph.lines[0, 2:].any()
    graph.hear("v", POOL, 1)
    assert graph.lines[0, 2] > 0


def test_an_unknown_venue_and_a_taxing_token_are_reasons():
    graph = Graph(taxed=frozenset({COINS[0]}))
    assert graph.add("v", COINS) is Bad.TAXED_TOKEN
    assert graph.hear("v", POOL, 0) is Bad.UNKNOWN_VENUE
    assert graph.bad == {"taxed_token": 1, "unknown_venue": 1}


def test_two_assets_of_one_symbol_are_two_assets():
    graph = Graph()
    assert graph.asset("eip155:1/erc20:0xa") != graph.asset("eip155:10/erc20:0xa")


def test_a_name_or_a_coin_twice_is_refused():
    graph = _graph()
    with pytest.raises(InputRefused):
        graph.add("v", COINS)
    with pytest.raises(InputRefused):
        graph.add("w", (COINS[0], COINS[0]))


def test_a_pool_of_three_coins_has_six_directions():
    graph = Graph()
    graph.add("v", ("x", "y", "z"))
    assert len(graph.arcs) == 8
    assert dict(graph.neighbours(0)) == {1: 1, 2: 1}


def test_a_venue_that_went_leaves_no_way_and_its_number_to_nobody():
    graph = _graph()
    assert graph.remove("v") == 0
    assert graph.remove("v") is None
    assert not graph.neighbours(0)
    assert graph.add("v", COINS) == 1
    with pytest.raises(InputRefused):
        graph.name_of(0)


def test_arrays_grow_and_keep_what_they_hold():
    graph = _graph()
    graph.hear("v", POOL, 0)
    for number in range(100):
        graph.add(f"w{number}", (f"x{number}", f"y{number}"))
    assert graph.lines[0, 2] > 0
    assert graph.assets_in[200] == graph.arcs[200].asset_in
