"""The top by smooth curves: from anywhere, as good as the closed form and as any size tried."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.closed_form import closed_form
from domain.cycles.funding import Funding
from domain.cycles.hop import Hop, paid_along
from domain.cycles.top import top_units
from tests.kit.markets import ladders, pools

deep = st.integers(min_value=10**20, max_value=10**24)
OWN = Funding("own", 10**24)
LENT = Funding("flash", 10**22, 9_000)
venues = st.one_of(pools, ladders())


@settings(deadline=None)
@given(deep, deep, deep, deep, st.integers(0, 80), st.sampled_from([OWN, LENT]))
def test_from_anywhere_it_is_where_the_closed_form_is(a, b, c, d, bits, funding):
    hops = [Hop(UniswapV2((a, b)), 0, 1), Hop(UniswapV2((c, d)), 0, 1)]
    solved, top = closed_form(hops, funding), top_units(hops, funding, 1 << bits)
    assert solved is not None
    amounts = None if top is None else paid_along(hops, top)
    if solved.most_units > 10**9:
        assert amounts is not None
        assert solved.most_units * (1 - 1e-6) <= funding.left_units(amounts) <= solved.most_units


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(venues, st.sampled_from([0, 1])), min_size=2, max_size=4), deep)
def test_no_size_of_many_leaves_a_millionth_more(row, begin):
    hops = [Hop(pool, sold, 1 - sold) for pool, sold in row]
    top = top_units(hops, OWN, begin)
    tried = (paid_along(hops, 10**e * m) for e in range(15, 23) for m in (1, 3))
    most = max((OWN.left_units(amounts) for amounts in tried if amounts), default=0)
    if most < 10**15:
        return
    assert top is not None
    near = paid_along(hops, top) or paid_along(hops, top - (top >> 24) - 1)
    assert near is not None
    assert OWN.left_units(near) >= most * (1 - 1e-6)


def test_where_nothing_gains_there_is_no_top():
    even = Hop(UniswapV2((10**20, 10**20)), 0, 1)
    assert top_units([even, even], OWN, 10**18) is None
    assert top_units([Hop(UniswapV2((0, 1)), 0, 1), even], OWN, 10**18) is None


def test_a_limit_is_the_top_where_more_would_gain():
    hops = [Hop(UniswapV2((10**21, 2 * 10**21)), 0, 1), Hop(UniswapV2((10**21, 10**21)), 0, 1)]
    assert top_units(hops, Funding("own", 10**15), 1) == 10**15
