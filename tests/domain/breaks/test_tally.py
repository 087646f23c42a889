"""Breaks add up by cause and age, signs never cancel, and unknown money is counted as such."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.breaks.tally import Weighed, tallies
from domain.clock import DAY_NS

NOW_NS = 100 * DAY_NS
WEIGHED = st.builds(
    Weighed,
    cause=st.sampled_from(["QTY", "TIMING", "REORGED"]),
    first_seen_ns=st.integers(0, NOW_NS),
    value_usd_e24=st.none() | st.integers(-(10**30), 10**30),
)


@given(st.lists(WEIGHED), st.randoms(use_true_random=False))
def test_every_break_is_in_one_tally_whatever_the_order(weighed, shuffler):
    told = tallies(weighed, NOW_NS)
    assert sum(one.breaks for one in told) == len(weighed)
    assert sum(one.unknown for one in told) == sum(one.value_usd_e24 is None for one in weighed)
    assert sum(one.value_usd_e24 for one in told) == sum(
        abs(one.value_usd_e24 or 0) for one in weighed
    )
    shuffler.shuffle(weighed)
    assert tallies(weighed, NOW_NS) == told


def test_ages_are_read_in_bands():
    ages = [tallies([Weighed("QTY", NOW_NS - days * DAY_NS, 1)], NOW_NS)[0].age for days in
            (0, 1, 2, 7, 8, 30, 31)]  # fmt: skip
    assert ages == ["0-1 d", "0-1 d", "2-7 d", "2-7 d", "8-30 d", "8-30 d", ">30 d"]


def test_two_leaks_of_opposite_sign_are_two_leaks():
    (one,) = tallies([Weighed("QTY", NOW_NS, 5), Weighed("QTY", NOW_NS, -5)], NOW_NS)
    assert (one.breaks, one.value_usd_e24) == (2, 10)
