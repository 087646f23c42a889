"""The walk is the same for everybody who knows its seed, and lively enough to rehearse on."""

from itertools import combinations, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.walk import FOLLOWERS, START_E6, STEP_NS, Walk

FEE_PPM = {"paper": 1_000, "univ3": 500, "univ2-a": 3_000, "univ2-b": 3_000}
MARGIN_PPM = 500
"""Gas, spread and the size's own impact, on top of the fees."""


def edges(step):
    """Pairs of venues whose targets differ by more than fees and margin."""
    for pair in combinations(FEE_PPM, 2):
        prices = [step.targets_e6[venue] for venue in pair]
        apart_ppm = (max(prices) - min(prices)) * 1_000_000 // min(prices)
        if apart_ppm > sum(FEE_PPM[venue] for venue in pair) + MARGIN_PPM:
            yield pair


def seconds_between_new_edges(seed, is_wanted, steps=2_400):
    appeared, before = 0, set()
    for step in islice(Walk(seed), steps):
        now = {pair for pair in edges(step) if is_wanted(pair)}
        appeared, before = appeared + len(now - before), now
    return steps * STEP_NS / 1e9 / appeared


@settings(max_examples=20, deadline=None)
@given(st.integers(), st.integers(0, 300))
def test_a_step_is_the_same_however_it_is_reached(seed, number):
    walked = next(islice(Walk(seed), number, None))
    jumping = Walk(seed)
    jumping.at(number + 7)
    assert Walk(seed).at(number) == jumping.at(number) == jumping.at(number) == walked


@settings(max_examples=10, deadline=None)
@given(st.integers())
def test_only_positive_integers_leave_the_walk(seed):
    for step in islice(Walk(seed), 200):
        prices = [step.reference_e6, *step.targets_e6.values()]
        assert all(type(price) is int and price > 0 for price in prices)
        assert step.targets_e6.keys() == FOLLOWERS.keys()


def test_seeds_walk_apart():
    assert Walk(1).at(50) != Walk(2).at(50)


def test_a_known_seed_walks_where_it_always_walked():
    assert Walk(7).at(0).targets_e6 == dict.fromkeys(FOLLOWERS, START_E6)
    assert Walk(7).at(100).reference_e6 == 2964034080


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_edge_of_each_strategy_appears_every_two_to_four_seconds(seed):
    assert 2 <= seconds_between_new_edges(seed, lambda pair: "paper" in pair) <= 4.5
    assert 2 <= seconds_between_new_edges(seed, lambda pair: "paper" not in pair) <= 4.5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_edges_go_as_well_as_appear(seed):
    without = sum(not list(edges(step)) for step in islice(Walk(seed), 2_400))
    assert without > 2_400 // 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_price_stays_near_its_anchor_for_hours(seed):
    hours = [step.reference_e6 for step in islice(Walk(seed), 20_000)]
    assert START_E6 * 8 // 10 < min(hours) < max(hours) < START_E6 * 12 // 10
