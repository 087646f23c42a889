"""Sizing: no neighbour is better, nothing is put in for nothing, and a loan costs what it costs."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.sizing import Funding, Hop, best_sized, climbed, paid_along
from tests.kit.markets import UNIT

small = st.integers(min_value=50, max_value=3_000)
deep = st.integers(min_value=10**20, max_value=10**24)
OWN = Funding("own", 10**24)


def _round(*reserves: tuple[int, int]) -> list[Hop]:
    return [Hop(UniswapV2(pair, 0), 0, 1) for pair in reserves]


@settings(deadline=None)
@given(small, small, small, small, st.integers(1, 3_000))
def test_on_small_pools_the_gain_is_within_a_unit_a_hop_of_trying_every_size(a, b, c, d, near):
    hops = _round((a, b), (c, d))
    tried = [
        paid[-1] - units
        for units in range(1, 4_000)
        if (paid := paid_along(hops, units)) is not None
    ]
    sized = best_sized(hops, OWN, near)
    if sized is None:
        assert not any(gain > 0 for gain in tried)
    else:
        assert max(tried) - sized.gain_units <= len(hops)


@settings(deadline=None)
@given(deep, deep, deep, deep, deep, deep, st.integers(0, 80))
def test_wherever_the_search_begins_it_ends_at_the_same_gain(a, b, c, d, e, f, bits):
    hops = _round((a, b), (c, d), (e, f))
    near, far = best_sized(hops, OWN, 10**21), best_sized(hops, OWN, 1 << bits)
    if near is not None and far is not None and near.gain_units > 0:
        assert abs(near.gain_units - far.gain_units) <= near.gain_units >> 40


@settings(deadline=None)
@given(deep, deep, st.integers(10**7, 10**9), st.integers(10**7, 10**9))
def test_through_a_coarse_amount_one_unit_less_gains_no_more(a, d, b, c):
    sized = best_sized(_round((a, b), (c, d)), OWN, 10**20)
    if sized is not None and sized.gain_units > 0:
        less = paid_along(_round((a, b), (c, d)), sized.amounts[0] - 1)
        assert less is None or less[-1] - less[0] <= sized.gain_units


@settings(deadline=None)
@given(deep, deep, deep, deep)
def test_no_size_a_thousandth_off_gains_more(a, b, c, d):
    hops = _round((a, b), (c, d))
    sized = best_sized(hops, OWN, 10**20)
    if sized is not None and sized.gain_units > 0:
        for share in (-1000, -(10**6), 10**6, 1000):
            units = sized.amounts[0] + sized.amounts[0] // share
            other = paid_along(hops, units)
            assert (
                other is None
                or units > OWN.most_units
                or (other[-1] - other[0] <= sized.gain_units + (sized.gain_units >> 44))
            )


def test_amounts_are_what_the_pools_quote_one_after_another():
    hops = _round((10**21, 2 * 10**21), (10**21, 10**21))
    sized = best_sized(hops, OWN, UNIT)
    assert sized is not None
    assert sized.amounts == paid_along(hops, sized.amounts[0])
    assert sized.gain_units == sized.amounts[-1] - sized.amounts[0] > 0


def test_a_limit_is_used_up_and_not_exceeded():
    hops = _round((10**21, 2 * 10**21), (10**21, 10**21))
    sized = best_sized(hops, Funding("own", UNIT), 10**21)
    assert sized is not None
    assert UNIT - 2 <= sized.amounts[0] <= UNIT


def test_a_loan_is_paid_for_and_therefore_smaller():
    hops = _round((10**21, 2 * 10**21), (10**21, 10**21))
    own = best_sized(hops, OWN, UNIT)
    lent = best_sized(hops, Funding("flash", 10**24, 10_000, 30_000), UNIT)
    assert own is not None
    assert lent is not None
    assert lent.amounts[0] < own.amounts[0]
    assert lent.fee_units == -(-lent.amounts[0] // 100)
    assert lent.gain_units == lent.amounts[-1] - lent.amounts[0] - lent.fee_units


def test_nothing_that_can_be_filled_is_no_size():
    assert best_sized(_round((0, 0), (1, 1)), OWN, 10**6) is None
    assert best_sized(_round((10, 10)), Funding("own", 0), 5) is None


@settings(deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_smooth_curve_is_climbed_to_its_very_top(top, begin, most):
    begin = min(begin, most)
    size = climbed(lambda units: -((units - top) ** 2) if units <= most else None, begin, noise=0)
    assert size == min(top, most)
