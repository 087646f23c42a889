"""Finding cycles: all that can gain, each asset and pool once, within the hops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.arbitrage.cycles import MOST_HOPS, SURE_HOPS, gaining_cycles, reached_cycles
from domain.errors import InputRefused
from tests.kit.rounds import best_by_force, pair, reserves

COINS = ("A", "B", "C")
pairs = st.sampled_from([("A", "B"), ("B", "C"), ("A", "C")])
markets = st.lists(st.tuples(pairs, reserves, reserves), max_size=5).map(
    lambda rows: [pair(f"p{n}", coins, x, y) for n, (coins, x, y) in enumerate(rows)]
)


@given(markets)
def test_cycles_come_home_and_use_no_pool_and_no_asset_twice(market):
    for cycle in gaining_cycles(market, "A", 4):
        assert cycle[0].sold_coin == cycle[-1].bought_coin == "A"
        assert len({id(hop.listed) for hop in cycle}) == len(cycle)
        assert len({hop.sold_coin for hop in cycle}) == len(cycle)


@given(markets)
def test_every_round_trip_that_gains_by_force_is_found(market):
    from domain.arbitrage.cycle import Hop

    found = {tuple(hop.listed.name for hop in cycle) for cycle in gaining_cycles(market, "A", 2)}
    between = [one for one in market if one.coins == ("A", "B")]
    for there in between:
        for back in between:
            cycle = (Hop(there, 0, 1), Hop(back, 1, 0))
            if there is not back and best_by_force(cycle, 800) > 0:
                assert (there.name, back.name) in found


def test_one_price_everywhere_gives_no_cycle():
    market = [pair("one", ("A", "B"), 10**9, 10**9), pair("two", ("A", "B"), 10**12, 10**12)]
    assert list(gaining_cycles(market, "A", 4)) == []


@pytest.mark.parametrize("hops", [0, 1, MOST_HOPS + 1])
def test_hops_out_of_bounds_are_refused(hops):
    with pytest.raises(InputRefused, match="2 to 12 hops"):
        list(gaining_cycles([], "A", hops))


@given(markets)
def test_a_small_market_is_looked_through_to_its_longest_cycle(market):
    reached = reached_cycles(market, "A")
    assert reached.hops == MOST_HOPS
    assert set(map(_names, reached.cycles)) == set(
        map(_names, gaining_cycles(market, "A", MOST_HOPS))
    )


def test_a_ring_of_twelve_is_found_and_a_dense_market_only_as_far_as_it_is_sure():
    coins = [f"c{at}" for at in range(12)]
    ring = [
        pair(f"p{at}", (coins[at], coins[(at + 1) % 12]), 10**9, 10**9 + 10**8) for at in range(12)
    ]
    assert [len(cycle) for cycle in reached_cycles(ring, "c0").cycles] == [12]
    dense = [
        pair(f"{one}{other}", (one, other), 10**9, 10**9 + 10**8)
        for one in coins
        for other in coins
        if one < other
    ]
    assert SURE_HOPS <= reached_cycles(dense, "c0").hops < MOST_HOPS


def _names(cycle) -> tuple[str, ...]:
    return tuple(hop.listed.name for hop in cycle)
