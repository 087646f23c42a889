"""The approach: from anywhere it comes near the top that the closed form knows."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.approach import near_amounts, nudge_bits
from domain.cycles.closed_form import closed_form
from domain.cycles.funding import Funding
from domain.cycles.hop import Hop

deep = st.integers(min_value=10**20, max_value=10**24)
OWN = Funding("own", 10**24)


def _round(*reserves: tuple[int, int]) -> list[Hop]:
    return [Hop(UniswapV2(pair, 0), 0, 1) for pair in reserves]


@settings(deadline=None)
@given(deep, deep, deep, deep, st.integers(0, 80))
def test_from_anywhere_it_leaves_nearly_what_no_size_exceeds(a, b, c, d, bits):
    hops = _round((a, b), (c, d))
    solved, near = closed_form(hops, OWN), near_amounts(hops, OWN, 1 << bits)
    assert solved is not None
    if near is not None and near[-1] > near[0]:
        assert solved.most_units * (1 - 1e-6) <= OWN.left_units(near) <= solved.most_units


def test_what_cannot_be_filled_has_no_amounts():
    assert near_amounts(_round((0, 0), (1, 1)), OWN, 10**6) is None


def test_the_second_point_is_nearer_where_amounts_are_finer():
    fine, coarse = (10**24, 10**24, 10**24), (10**24, 10**6, 10**24)
    hops = _round((10**24, 10**24), (10**24, 10**24))
    assert nudge_bits(hops, fine) > nudge_bits(hops, coarse) >= 4
