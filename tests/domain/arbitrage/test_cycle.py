"""A cycle: amounts follow its hops, and a refusal anywhere is no amount at all."""

from hypothesis import given
from hypothesis import strategies as st

from domain.arbitrage.cycle import amounts, executed, profit_units
from tests.kit.rounds import cycles, round_trip

sizes = st.integers(min_value=1, max_value=5_000)


@given(cycles, sizes)
def test_each_hop_is_paid_what_the_one_before_it_paid(cycle, units):
    found = amounts(cycle, units)
    if found is not None:
        assert found[0] == units
        for hop, given_units, paid in zip(cycle, found, found[1:], strict=False):
            assert hop.out_units(given_units) == paid > 0


@given(cycles, sizes)
def test_profit_is_what_comes_home_less_what_went_out(cycle, units):
    found, profit = amounts(cycle, units), profit_units(cycle, units)
    assert profit == (None if found is None else found[-1] - found[0])


@given(cycles, sizes)
def test_what_can_be_quoted_can_be_executed(cycle, units):
    assert executed(cycle, units) == (amounts(cycle, units) is not None)


def test_nothing_can_be_sent_through_an_empty_pool():
    cycle = round_trip((0, 0), (1_000, 1_000))
    assert amounts(cycle, 10) is None
    assert profit_units(cycle, 10) is None
    assert not executed(cycle, 10)


def test_a_hop_names_what_goes_in_and_out():
    there, back = round_trip((1_000, 2_000), (1_000, 1_000))
    assert (there.sold_coin, there.bought_coin) == ("WETH", "USDC")
    assert (back.sold_coin, back.bought_coin) == ("USDC", "WETH")
