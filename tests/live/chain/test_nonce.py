"""The nonce lane: no nonce twice, no hole, nothing given back that may have left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvariantBroken
from live.chain.nonce import Flight, NonceLane

steps = st.lists(st.sampled_from(["reserve", "send", "release", "refuse", "mine"]), max_size=40)


@given(st.integers(0, 1000), steps)
def test_any_history_leaves_no_hole_and_no_nonce_twice(start, history):
    lane, mined = NonceLane.starting_at(start), start
    for step in history:
        if step == "reserve":
            lane, _ = lane.reserve()
        elif lane.in_flight and step == "send":
            lane = lane.sent(lane.in_flight[-1].nonce, "0xaa")
        elif lane.in_flight and step == "release" and not lane.in_flight[-1].tx_hash:
            lane = lane.release(lane.next_nonce - 1)
        elif lane.in_flight and step == "refuse":
            lane = lane.refused(lane.next_nonce - 1)
        elif lane.in_flight and step == "mine":
            mined = lane.in_flight[0].nonce + 1
            lane = lane.mined(mined)
        assert [flight.nonce for flight in lane.in_flight] == list(range(mined, lane.next_nonce))


def test_a_nonce_that_was_sent_is_not_given_back():
    lane, nonce = NonceLane.starting_at(7).reserve()
    with pytest.raises(InvariantBroken):
        lane.sent(nonce, "0xaa").release(nonce)


def test_only_the_last_nonce_is_given_back():
    lane, first = NonceLane.starting_at(7).reserve()
    lane, _ = lane.reserve()
    for give_back in (lane.release, lane.refused):
        with pytest.raises(InvariantBroken):
            give_back(first)


def test_a_nonce_never_reserved_cannot_be_sent():
    with pytest.raises(InvariantBroken):
        NonceLane.starting_at(7).sent(7, "0xaa")


def test_a_nonce_used_by_somebody_elses_transaction_moves_the_lane_on():
    lane, _ = NonceLane.starting_at(7).reserve()
    lane = lane.mined(12)
    assert (lane.next_nonce, lane.in_flight) == (12, ())


def test_what_is_sent_is_remembered_until_it_is_mined():
    lane, nonce = NonceLane.starting_at(7).reserve()
    lane = lane.sent(nonce, "0xaa")
    assert lane.mined(7).in_flight == (Flight(7, "0xaa"),)
    assert lane.mined(8).in_flight == ()
