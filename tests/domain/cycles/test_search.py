"""The whole decision after one word: exact, the best of each kind, and a reason for the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles import search as searching
from domain.cycles.funding import Funding
from domain.cycles.graph import Graph
from domain.cycles.hop import paid_along
from domain.cycles.ladder import Ladder
from domain.cycles.reason import No
from domain.cycles.search import Search
from domain.market.book import Rung
from tests.kit.markets import (
    ASSETS,
    UNIT,
    USD,
    a_graph,
    a_roster,
    markets,
    places_through,
    some_terms,
)

A, B, C, _ = ASSETS
EVEN = UniswapV2((1000 * UNIT, 1000 * UNIT), 3)
DEAR = UniswapV2((1000 * UNIT, 1100 * UNIT), 3)


def _search(market, **terms) -> Search:
    graph = a_graph(market)
    return Search(graph, a_roster(graph).table, some_terms(**terms))


@settings(deadline=None)
@given(markets)
def test_what_is_found_is_what_the_pools_quote_and_worth_what_it_says(market):
    search = _search(market)
    for found in search.after(len(market) - 1).found:
        amounts = found.sized.amounts
        assert paid_along(found.hops, amounts[0]) == amounts
        assert found.net_usd_e24 == (amounts[-1] - amounts[0]) * 10**6 >= USD // 100
        assert found.assets[0] == found.assets[-1]
        assert f"v{len(market) - 1}" in found.venues


FLAT = 1e-9
"""A swift search ends where a step moves less than 2^-18 of the size; from another beginning it
ends elsewhere on the same flat top."""


@settings(deadline=None)
@given(markets)
def test_every_cycle_through_the_venue_is_found_or_has_a_reason(market):
    search = _search(market)
    looked = search.after(0)
    through = sum(search.table.tally(0).values())
    assert len(looked.found) + sum(looked.declined.values()) == through


@settings(deadline=None)
@given(markets)
def test_the_best_of_a_kind_is_as_good_as_asking_every_cycle(market):
    search = _search(market)
    looked = {found.key.kind: found for found in search.after(0).found}
    asked: dict[str, int] = {}
    for hops, number in places_through(search.table, 0):
        key = search.table.key(hops, number)
        answer = search.decided(key, search.table.cycle(hops, number), 10**20)
        if not isinstance(answer, No):
            asked[key.kind] = max(asked.get(key.kind, 0), answer.net_usd_e24)
    if len(places_through(search.table, 0)) <= searching.MOST_SIZED:
        assert set(asked) == set(looked)
        for kind, net in asked.items():
            assert looked[kind].net_usd_e24 >= net * (1 - FLAT)


def test_a_consistent_market_has_no_free_money_but_reasons():
    search = _search([((A, B), EVEN), ((A, B), EVEN), ((B, C), EVEN), ((C, A), EVEN)])
    looked = search.after(0)
    assert looked.found == ()
    assert {kind for (kind, _), count in looked.declined.items() if count} == {
        "dex_dex",
        "triangular",
    }


def test_two_pools_apart_are_one_opportunity_in_one_direction():
    (found,) = _search([((A, B), EVEN), ((A, B), DEAR)]).after(0).found
    assert found.key.kind == "dex_dex"
    assert found.venues == ("v1", "v0")
    assert found.sized.funding.name == "own"


def test_a_market_scaled_up_gains_as_much_more():
    nets = []
    for scale in (1, 7):
        pools = [UniswapV2((r[0] * scale, r[1] * scale), 3) for r in (EVEN.reserves, DEAR.reserves)]
        (found,) = _search([((A, B), pool) for pool in pools]).after(0).found
        nets.append(found.net_usd_e24)
    assert nets[1] == pytest.approx(7 * nets[0], rel=1e-15)


def test_gas_at_the_base_fee_can_eat_it():
    looked = _search([((A, B), EVEN), ((A, B), DEAR)], gas_price_wei=10**13).after(0)
    assert looked.found == ()
    assert looked.declined["dex_dex", "below_minimum"] == 1


def test_a_loan_is_taken_only_where_our_own_is_used_up():
    market = [((A, B), EVEN), ((A, B), DEAR)]
    loans = {at: Funding("flash", 10**30, 500, 1) for at in range(4)}
    (rich,) = _search(market, loans=loans).after(0).found
    (poor,) = _search(market, loans=loans, own_units=dict.fromkeys(range(4), UNIT)).after(0).found
    assert rich.sized.funding.name == "own"
    assert poor.sized.funding.name == "flash"
    assert poor.sized.fee_units > 0


def test_without_capital_or_a_mark_there_is_none():
    search = _search([((A, B), EVEN), ((A, B), DEAR)])
    for at, terms in (
        (No.NO_CAPITAL, replace(search.terms, own_units={})),
        (No.NO_MARK, replace(search.terms, marks={})),
    ):
        other = Search(search.graph, search.table, terms)
        (key,) = search.table.keys
        assert {other.decided(key, search.table.cycle(2, n), 1) for n in (0, 1)} == {at}
        assert other.after(0).found == ()


def test_a_book_against_a_pool_and_against_another_book():
    graph = Graph()
    cheap = Ladder((Rung(99 * 10**6, 10**10),), (Rung(10**8, 10**10),), 18, 18 - 2, 10**4, 1000)
    dear = replace(cheap, bids=(Rung(104 * 10**6, 10**10),), asks=(Rung(105 * 10**6, 10**10),))
    for asset in ASSETS:
        graph.asset(asset)
    graph.add("x", (A, B), is_on_chain=False)
    graph.add("y", (A, B), is_on_chain=False)
    graph.add("p", (A, B))
    graph.hear("x", cheap, 0)
    graph.hear("y", dear, 0)
    graph.hear("p", UniswapV2((1000 * UNIT, 11 * UNIT), 3), 0)
    looked = Search(graph, a_roster(graph).table, some_terms()).after(1)
    assert {found.key.kind for found in looked.found} == {"cex_cex", "cex_dex"}


def test_one_word_asks_a_bounded_number_of_times(monkeypatch):
    monkeypatch.setattr(searching, "MOST_SIZED", 1)
    pools = [((A, B), UniswapV2((1000 * UNIT, (1000 + 50 * at) * UNIT), 3)) for at in range(5)]
    looked = _search(pools).after(0)
    assert len(looked.found) == 1
    assert looked.declined["dex_dex", "outranked"] + looked.declined["dex_dex", "not_sized"] == 3
