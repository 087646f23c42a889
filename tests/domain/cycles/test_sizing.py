"""Sizing: a proven size is the one that trying every size finds, whoever pays and whatever lots."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.amm.balancer_weighted import Weighted
from domain.amm.curve_stableswap import StableSwap
from domain.amm.pool import Pool
from domain.amm.solidly import Solidly
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.arbitrage.cycle import plain
from domain.cycles.approach import near_amounts
from domain.cycles.funding import UNBOUNDED, Funding
from domain.cycles.hop import Hop, paid_along
from domain.cycles.ladder import Ladder
from domain.cycles.sizing import SWIFT, best_sized, gain_slack_units
from domain.market.book import Rung
from tests.kit.amm import a_v3_pool
from tests.kit.markets import UNIT
from tests.kit.rounds import cycles, forced, fundings, round_trip

deep = st.integers(min_value=10**20, max_value=10**24)
OWN = Funding("own", 10**24)
LOT = 10**13


def _round(*reserves: tuple[int, int]) -> list[Hop]:
    return [Hop(UniswapV2(pair, 0), 0, 1) for pair in reserves]


def _by_lots(base_eth: int, off_bps: int, fee_pips: int) -> tuple[Hop, Hop]:
    """Buy ether in a pool around 3,000 and sell it to three levels of a book, in lots."""
    pool = UniswapV2((base_eth * UNIT, base_eth * 3_000 * 10**6), 3)
    rungs = tuple(Rung(3_000 * 10**4 * (10_000 + off_bps - 10 * at), 2 * 10**7) for at in range(3))
    asks = (Rung(rungs[0].price_e8 + 10**6, 10**8),)
    book = Ladder(rungs, asks, 18, 6, lot_e8=LOT // 10**10, fee_pips=fee_pips)
    return Hop(pool, 1, 0), Hop(book, 0, 1)


@settings(deadline=None)
@given(cycles, fundings)
def test_a_proven_size_leaves_what_the_best_by_force_leaves(cycle, funding):
    sized = best_sized(plain(cycle), funding)
    best = forced(plain(cycle), funding)
    if sized is None:
        assert best <= 0
        return
    assert sized.amounts == paid_along(plain(cycle), sized.amounts[0])
    assert sized.amounts[0] <= funding.most_units
    if sized.amounts[0] < 4_000:
        assert sized.gain_units <= best
    if sized.is_proven and best > 0:
        assert sized.gain_units == best


small = st.integers(min_value=200, max_value=4_000)


@st.composite
def small_pools(draw) -> Pool:
    """Pools of every family so small that every size can be tried."""
    a, b = draw(small), draw(small)
    kept, half = (UNIT, UNIT), UNIT // 2
    return draw(
        st.sampled_from(
            [
                UniswapV2((a, b)),
                Solidly((a, b), 5, kept, is_stable=False),
                StableSwap((5 * a, 5 * b), kept, 20_000, 4 * 10**6),
                Weighted((4 * a, 4 * b), (half, half), (1, 1), 10**15),
                UniswapV3(a_v3_pool(draw(st.integers(-900, 900)), 30 * a)),
            ]
        )
    )


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(small_pools(), st.sampled_from([0, 1])), min_size=2, max_size=4))
def test_through_any_families_no_size_of_all_leaves_more(row):
    hops = [Hop(pool, sold, 1 - sold) for pool, sold in row]
    sized, best = best_sized(hops), forced(hops, UNBOUNDED, 250)
    if best <= 0:
        return
    assert sized is not None
    assert sized.gain_units >= best
    if sized.is_proven and sized.amounts[0] < 250:
        assert sized.gain_units == best


@settings(deadline=None, max_examples=15)
@given(st.integers(10, 400), st.integers(40, 300), st.integers(0, 2_000))
def test_through_a_book_no_number_of_lots_leaves_more(base_eth, off_bps, fee_pips):
    hops = _by_lots(base_eth, off_bps, fee_pips)
    sized = best_sized(hops, UNBOUNDED, 10**9)
    assert sized is not None
    pool, most = hops[0].pool, 0
    for lots in range(1, 6 * 10**7 * 10**10 // LOT, 97):
        cost = pool.in_units(1, 0, lots * LOT)
        amounts = paid_along(hops, cost)
        most = max(most, 0 if amounts is None else amounts[-1] - cost)
    assert max(sized.gain_units, 0) >= most


@settings(deadline=None)
@given(deep, deep, deep, deep, deep, deep, st.integers(0, 80))
def test_wherever_the_search_begins_it_ends_at_the_same_gain(a, b, c, d, e, f, bits):
    hops = _round((a, b), (c, d), (e, f))
    near, far = (best_sized(hops, OWN, units, SWIFT) for units in (10**21, 1 << bits))
    if near is not None and far is not None and near.gain_units > 0:
        assert abs(near.gain_units - far.gain_units) <= near.gain_units >> 40


@settings(deadline=None)
@given(deep, deep, st.integers(10**7, 10**9), st.integers(10**7, 10**9))
def test_through_a_coarse_amount_one_unit_less_gains_no_more(a, d, b, c):
    sized = best_sized(_round((a, b), (c, d)), OWN, 10**20, SWIFT)
    if sized is not None and sized.gain_units > 0:
        less = paid_along(_round((a, b), (c, d)), sized.amounts[0] - 1)
        assert less is None or less[-1] - less[0] <= sized.gain_units


@settings(deadline=None)
@given(deep, deep, deep, deep)
def test_no_size_a_thousandth_off_gains_more(a, b, c, d):
    hops = _round((a, b), (c, d))
    sized = best_sized(hops, OWN, 10**20, SWIFT)
    if sized is None or sized.gain_units <= 0:
        return
    for share in (-1000, -(10**6), 10**6, 1000):
        units = sized.amounts[0] + sized.amounts[0] // share
        other = paid_along(hops, units) if units <= OWN.most_units else None
        slack = sized.gain_units >> 44
        assert other is None or other[-1] - other[0] <= sized.gain_units + slack


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


@given(cycles)
def test_roundings_hide_at_least_a_unit_a_hop(cycle):
    near = near_amounts(plain(cycle), UNBOUNDED, 10)
    assume(near is not None)
    assert gain_slack_units(plain(cycle), near, 0) >= len(cycle)


def test_the_lot_of_a_book_is_no_slack_where_lots_are_counted():
    hops = _by_lots(100, 200, 0)
    near = near_amounts(hops, UNBOUNDED, 10**9)
    assert near is not None
    by_lots, by_cash = (gain_slack_units(hops, near, pivot) for pivot in (1, 0))
    assert by_lots is not None
    assert by_cash is not None
    assert by_lots < 20 < by_cash


def test_an_empty_market_of_one_round_has_no_size():
    assert best_sized(plain(round_trip((0, 0), (1_000, 1_000)))) is None
