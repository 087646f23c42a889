"""The house's step is a proper ladder, the same for the same step of the same desk."""

from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.exchange import terms
from rehearsal.ladder import LEVELS, house_step
from rehearsal.walk import Walk


@settings(max_examples=30, deadline=None)
@given(st.integers(), st.integers(0, 100))
def test_a_ladder_is_ordered_uncrossed_and_big_enough(seed, number):
    step = Walk(seed).at(number)
    house = house_step(step, seed)
    bids, asks = [p for p, _ in house.bids], [p for p, _ in house.asks]
    assert bids == sorted(set(bids), reverse=True)
    assert asks == sorted(set(asks))
    assert bids[0] * 10_000 < step.targets_e6["paper"] < asks[0] * 10_000
    assert len(bids) == len(asks) == LEVELS
    assert all(lots >= terms.MIN_ORDER_LOTS for _, lots in (*house.bids, *house.asks))


def test_the_same_step_of_the_same_desk_is_the_same():
    step = Walk(3).at(9)
    assert house_step(step, 3) == house_step(step, 3)
    assert house_step(step, 3) != house_step(step, 4)


def test_the_crowd_trades_both_ways_now_and_then():
    crowd = [house_step(step, 3).crowd for step in islice(Walk(3), 200)]
    sides = {order.side for order in crowd if order}
    assert sides == {"buy", "sell"}
    assert 20 < sum(order is not None for order in crowd) < 100
