"""A row of hops: amounts follow it, a refusal anywhere is no amount, and lots are its steps."""

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.amm.uniswap_v2 import UniswapV2
from domain.arbitrage.cycle import plain
from domain.cycles.hop import Hop, executed, gain_units, least_input, paid_along, steps_of
from domain.cycles.ladder import Ladder
from domain.market.book import Rung
from tests.kit.rounds import cycles, round_trip

sizes = st.integers(min_value=1, max_value=5_000)
EMPTY = plain(round_trip((0, 0), (1_000, 1_000)))
BOOK = Ladder((Rung(99, 10**9),), (Rung(101, 10**9),), 18, 6, lot_e8=10**4)


@given(cycles, sizes)
def test_each_hop_is_paid_what_the_one_before_it_paid(cycle, units):
    found = paid_along(plain(cycle), units)
    if found is not None:
        assert found[0] == units
        for hop, given_units, paid in zip(plain(cycle), found, found[1:], strict=False):
            assert hop.pool.out_units(hop.sold, hop.bought, given_units) == paid > 0


@given(cycles, sizes)
def test_a_gain_is_what_comes_home_less_what_went_out(cycle, units):
    found, gain = paid_along(plain(cycle), units), gain_units(plain(cycle), units)
    assert gain == (None if found is None else found[-1] - found[0])


@given(cycles, sizes)
def test_what_can_be_quoted_can_be_executed(cycle, units):
    assert executed(plain(cycle), units) == (paid_along(plain(cycle), units) is not None)


def test_nothing_can_be_sent_through_an_empty_pool():
    assert paid_along(EMPTY, 10) is None
    assert gain_units(EMPTY, 10) is None
    assert not executed(EMPTY, 10)


@given(cycles)
def test_the_least_input_is_paid_enough_and_one_less_is_not(cycle):
    hop = plain(cycle)[0]
    wanted = hop.pool.out_units(0, 1, 40) if cycle[0].listed.pool.reserves[1] > 50 else 0
    assume(wanted > 0)
    least = least_input(hop, wanted, guess=1)
    assert least is not None
    assert hop.pool.out_units(0, 1, least) >= wanted
    assert least == 1 or hop.pool.out_units(0, 1, least - 1) < wanted


def test_more_than_a_pool_holds_has_no_least_input():
    assert least_input(plain(round_trip((1_000, 1_000), (1_000, 1_000)))[0], 1_001, guess=1) is None


def test_a_book_is_stepped_through_in_its_lots_on_either_side_of_it():
    pool = UniswapV2((10**21, 10**21))
    buying = (Hop(BOOK, 1, 0), Hop(pool, 0, 1))
    selling = (Hop(pool, 0, 1), Hop(BOOK, 0, 1))
    assert steps_of(buying) == (1, 10**14)
    assert steps_of(selling) == (1, 10**14)
