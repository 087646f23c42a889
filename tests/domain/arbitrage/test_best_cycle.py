"""The best cycle: what force finds, whatever order the market is listed in."""

from hypothesis import given
from hypothesis import strategies as st

from domain.arbitrage.best_cycle import best_cycle, start_assets
from tests.kit.rounds import best_by_force, pair, reserves, round_trip

two = st.tuples(reserves, reserves)


@given(two, two)
def test_it_leaves_what_the_better_direction_leaves_by_force(a, b):
    market = [pair("there", ("WETH", "USDC"), *a), pair("back", ("WETH", "USDC"), *b)]
    best = max(best_by_force(round_trip(a, b)), best_by_force(round_trip(b, a)))
    found = best_cycle(market, "WETH")
    assert (found is None) == (best <= 0)
    if found is not None and found.size.is_proven:
        assert found.size.gain_units == best


@given(st.lists(two, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_a_market_listed_in_another_order_gives_the_same_answer(rows, random):
    market = [pair(f"p{n}", ("WETH", "USDC"), *row) for n, row in enumerate(rows)]
    shuffled = random.sample(market, len(market))
    first, second = best_cycle(market, "WETH"), best_cycle(shuffled, "WETH")
    assert (first and (first.pools, first.size)) == (second and (second.pools, second.size))


def test_a_consistent_market_has_none():
    market = [pair("one", ("A", "B"), 10**9, 10**9), pair("two", ("A", "B"), 10**12, 10**12)]
    assert start_assets(market) == ["A", "B"]
    assert best_cycle(market, "A") is None
