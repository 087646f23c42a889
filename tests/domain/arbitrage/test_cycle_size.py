"""Sizing: the proven size is the one that trying every size finds."""

from hypothesis import assume, given

from domain.arbitrage.cycle import amounts
from domain.arbitrage.cycle_size import best_size, least_input, near_size, profit_slack_units
from tests.kit.rounds import best_by_force, cycles, round_trip


@given(cycles)
def test_a_proven_size_leaves_what_the_best_by_force_leaves(cycle):
    near = near_size(cycle)
    assume(near is not None)
    sized = best_size(cycle, near)
    assert sized.profit_units <= (best := best_by_force(cycle))
    if sized.is_proven:
        assert sized.profit_units == best


@given(cycles)
def test_the_amounts_of_a_size_are_those_of_the_contracts(cycle):
    near = near_size(cycle)
    assume(near is not None)
    sized = best_size(cycle, near)
    assert sized.amounts == amounts(cycle, sized.amounts[0])


@given(cycles)
def test_the_least_input_is_paid_enough_and_one_less_is_not(cycle):
    hop = cycle[0]
    wanted = hop.out_units(40) if hop.listed.pool.reserves[1] > 50 else 0
    assume(wanted > 0)
    least = least_input(hop, wanted, guess=1)
    assert hop.out_units(least) >= wanted
    assert least == 1 or hop.out_units(least - 1) < wanted


def test_more_than_a_pool_holds_has_no_least_input():
    hop = round_trip((1_000, 1_000), (1_000, 1_000))[0]
    assert least_input(hop, 1_001, guess=1) is None


def test_roundings_hide_at_least_a_unit_a_hop():
    cycle = round_trip((1_000, 2_000), (2_000, 1_000))
    near = near_size(cycle)
    assert near is not None
    assert profit_slack_units(cycle, near.amounts, 0) >= len(cycle)


def test_an_empty_pool_has_no_size():
    assert near_size(round_trip((0, 0), (1_000, 1_000))) is None
