"""The closed form: no size leaves more than it says, and its own size is near the best."""

from hypothesis import given

from domain.arbitrage.closed_form import closed_form
from domain.arbitrage.cycle import profit_units
from tests.kit.rounds import best_by_force, cycles, round_trip


@given(cycles)
def test_no_size_leaves_more_than_the_bound(cycle):
    solved = closed_form(cycle)
    assert solved is not None
    assert best_by_force(cycle) <= solved.most_profit_units


def test_in_deep_pools_its_size_leaves_more_than_any_other_by_a_thousandth():
    cycle = round_trip((10**21, 4 * 10**12), (10**21, 2 * 10**12))
    solved = closed_form(cycle)
    assert solved is not None
    best = profit_units(cycle, solved.in_units)
    assert best is not None
    assert 0 < best <= solved.most_profit_units
    for other in (999, 1001):
        assert best > profit_units(cycle, solved.in_units * other // 1000)


def test_where_nothing_gains_the_bound_is_zero():
    solved = closed_form(round_trip((1_000, 1_000), (1_000, 1_000)))
    assert solved is not None
    assert solved.most_profit_units == 0
