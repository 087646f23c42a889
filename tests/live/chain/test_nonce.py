"""The nonce lane: no nonce twice, no hole that is not known, none left open behind the last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvariantBroken
from live.chain.nonce import NonceLane

steps = st.lists(
    st.tuples(st.sampled_from(["reserve", "give back", "refill", "mine"]), st.integers(0, 99)),
    max_size=60,
)


@given(st.integers(0, 1000), steps)
def test_any_history_knows_each_nonce_once_as_under_way_or_as_a_hole(start, history):
    lane, mined = NonceLane.starting_at(start), start
    for step, pick in history:
        if step == "reserve":
            before = {*lane.in_flight}
            lane, nonce = lane.reserve()
            assert nonce not in before
        elif step == "give back" and lane.in_flight:
            lane = lane.give_back(lane.in_flight[pick % len(lane.in_flight)])
        elif step == "refill" and lane.holes:
            lane = lane.refill(lane.holes[pick % len(lane.holes)])
        elif step == "mine" and lane.in_flight and lane.in_flight[0] == mined:
            mined = lane.in_flight[0] + 1
            lane = lane.mined(mined)
        known = sorted([*lane.in_flight, *lane.holes])
        assert known == list(range(min(mined, lane.next_nonce), lane.next_nonce))
        assert all(hole < lane.in_flight[-1] for hole in lane.holes), "a hole stops somebody"


def test_the_last_nonce_given_back_is_the_next_again():
    lane, first = NonceLane.starting_at(7).reserve()
    assert lane.give_back(first) == NonceLane.starting_at(7)


def test_a_nonce_given_back_before_others_is_a_hole_and_given_out_first():
    lane, first = NonceLane.starting_at(7).reserve()
    lane, second = lane.reserve()
    lane = lane.give_back(first)
    assert (lane.holes, lane.in_flight, lane.next_nonce) == ((7,), (8,), 9)
    again, nonce = lane.reserve()
    assert (nonce, again.holes, again.in_flight) == (7, (), (7, 8))
    assert lane.give_back(second) == NonceLane.starting_at(7), "nothing is left for it to stop"


def test_what_is_not_under_way_is_not_given_back_and_what_is_no_hole_not_filled():
    lane, nonce = NonceLane.starting_at(7).reserve()
    with pytest.raises(InvariantBroken):
        lane.give_back(nonce + 1)
    with pytest.raises(InvariantBroken):
        lane.refill(nonce)


def test_a_nonce_used_by_somebody_elses_transaction_moves_the_lane_on():
    lane, _ = NonceLane.starting_at(7).reserve()
    assert lane.mined(12) == NonceLane.starting_at(12)


def test_what_is_reserved_is_remembered_until_it_is_mined():
    lane, nonce = NonceLane.starting_at(7).reserve()
    assert lane.mined(7).holds(nonce)
    assert not lane.mined(8).holds(nonce)
