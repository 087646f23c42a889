"""The closed form: no size leaves more than it says, and its own size is near the best."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.arbitrage.cycle import plain
from domain.cycles.closed_form import closed_form
from domain.cycles.funding import UNBOUNDED, Funding
from domain.cycles.hop import gain_units
from tests.kit.rounds import cycles, forced, fundings, round_trip

DEEP = plain(round_trip((10**21, 4 * 10**12), (10**21, 2 * 10**12)))


@given(cycles, fundings)
def test_no_size_leaves_more_than_the_bound(cycle, funding):
    solved = closed_form(plain(cycle), funding)
    assert solved is not None
    assert forced(plain(cycle), funding) <= solved.most_units
    assert 1 <= solved.in_units <= funding.most_units


def test_in_deep_pools_its_size_leaves_more_than_any_other_by_a_thousandth():
    solved = closed_form(DEEP)
    assert solved is not None
    best = gain_units(DEEP, solved.in_units)
    assert best is not None
    assert 0 < best <= solved.most_units
    for other in (999, 1001):
        assert best > (gain_units(DEEP, solved.in_units * other // 1000) or 0)


@given(st.integers(min_value=0, max_value=200_000))
def test_a_loan_is_sized_for_what_it_costs(fee_pips):
    funding = replace(UNBOUNDED, fee_pips=fee_pips)
    free, lent = closed_form(DEEP), closed_form(DEEP, funding)
    assert free is not None
    assert lent is not None
    assert lent.in_units <= free.in_units
    assert lent.most_units <= free.most_units


def test_where_nothing_gains_the_bound_is_zero():
    solved = closed_form(plain(round_trip((1_000, 1_000), (1_000, 1_000))))
    assert solved is not None
    assert solved.most_units == 0


def test_what_is_lent_at_most_is_what_is_put_in_where_more_would_gain():
    solved = closed_form(DEEP, Funding("own", 10**15))
    assert solved is not None
    assert solved.in_units == 10**15
    gain = gain_units(DEEP, 10**15)
    assert gain is not None
    assert 0 <= solved.most_units - gain < solved.most_units // 10**6
