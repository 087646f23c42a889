"""Slack: what a contract pays lies no further below the smooth curve than it says."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.segment import segment_at
from domain.cycles.slack import slack_units
from tests.kit.rounds import reserves


@given(reserves, reserves, st.integers(min_value=1, max_value=10_000))
def test_a_constant_product_is_within_its_slack_of_the_curve(first, second, units):
    pool = UniswapV2((first, second))
    smooth = segment_at(pool, 0, 1, Fraction(units))
    slack = slack_units(pool, 0, 1, units)
    assert smooth is not None
    assert slack is not None
    assert 0 <= smooth.pays(Fraction(units)) - pool.out_units(0, 1, units) < slack
