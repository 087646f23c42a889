"""A named cycle: what goes in and out of each hop, and the same without names."""

from domain.arbitrage.cycle import plain
from domain.cycles.hop import Hop
from tests.kit.rounds import round_trip


def test_a_hop_names_what_goes_in_and_out():
    there, back = round_trip((1_000, 2_000), (1_000, 1_000))
    assert (there.sold_coin, there.bought_coin) == ("WETH", "USDC")
    assert (back.sold_coin, back.bought_coin) == ("USDC", "WETH")


def test_without_names_it_is_the_same_pools_and_coins():
    cycle = round_trip((1_000, 2_000), (1_000, 1_000))
    assert plain(cycle) == (Hop(cycle[0].listed.pool, 0, 1), Hop(cycle[1].listed.pool, 1, 0))
    assert cycle[0].spot_rate() == cycle[0].listed.pool.spot_rate(0, 1)
