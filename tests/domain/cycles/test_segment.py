"""Segments: never below what the contract pays, and composed as they are walked."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.segment import WHOLE, segment_at
from tests.kit.rounds import reserves

sizes = st.integers(min_value=1, max_value=10_000)


@given(reserves, reserves, sizes)
def test_a_contract_pays_the_floor_of_its_segment(first, second, units):
    pool = UniswapV2((first, second))
    segment = segment_at(pool, 0, 1, Fraction(units))
    assert segment is not None
    assert segment.holds(Fraction(units))
    assert pool.out_units(0, 1, units) == segment.pays(Fraction(units)) // 1


@given(reserves, reserves, sizes)
def test_two_segments_one_after_the_other_are_one(first, second, units):
    there = segment_at(UniswapV2((first, second)), 0, 1, Fraction(units))
    back = segment_at(UniswapV2((second, first)), 0, 1, Fraction(units))
    assert there is not None
    assert back is not None
    walked = back.pays(there.pays(Fraction(units)))
    assert there.then(back).pays(Fraction(units)) == walked


@given(sizes)
def test_the_whole_segment_pays_what_it_is_given(units):
    assert WHOLE.pays(Fraction(units)) == units
