"""Sides are brought together by name, else by amount, and never guessed."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.settlement.pairing import WINDOW_NS, WRONG_SIDE_NS, Met, Side, met


def a_side(name: str, whole: int = 5, *, at_ns: int = 0, tx: str = "", fee: int = 0) -> Side:
    amounts = frozenset({whole, whole + fee, whole - fee})
    return Side(name, "coin", "ETH", whole, amounts, at_ns, tx)


_SIDES = st.builds(
    a_side, st.just(""), st.integers(1, 3), at_ns=st.sampled_from((0, 1, WINDOW_NS, 2 * WINDOW_NS)),
    tx=st.sampled_from(("", "", "a", "b")), fee=st.integers(0, 1),
)  # fmt: skip


def _numbered(sides: list[Side], kind: str) -> list[Side]:
    return [
        Side(f"{kind}{n}", one.asset, one.underlying, one.whole_e18, one.amounts_e18, one.at_ns,
             one.tx_hash)
        for n, one in enumerate(sides)
    ]  # fmt: skip


@given(st.lists(_SIDES, max_size=5), st.lists(_SIDES, max_size=5), st.integers())
def test_no_arrival_is_in_two_groups_and_the_order_does_not_matter(out, into, seed):
    out, into = _numbered(out, "out"), _numbered(into, "in")
    found = met(out, into)
    arrived = [side.side_id for one in found for side in one.arrivals]
    assert len(arrived) == len(set(arrived))
    mix = Random(seed)
    mixed = met(mix.sample(out, len(out)), mix.sample(into, len(into)))
    assert set(mixed) == set(found)


@given(st.lists(_SIDES, max_size=5), st.lists(_SIDES, max_size=5))
def test_a_pair_by_amount_fits_nothing_else(out, into):
    out, into = _numbered(out, "out"), _numbered(into, "in")
    found = met(out, into)
    named = {s.side_id for one in found if one.is_named for s in (*one.departures, *one.arrivals)}
    for one in found:
        if not one.is_named and len(one.departures) == len(one.arrivals) == 1:
            [left], [came] = one.departures, one.arrivals
            for other in out:
                if other.side_id not in named and other != left:
                    assert not met([other], [came]) or met([other], [came])[0].is_named
            for other in into:
                if other.side_id not in named and other != came:
                    assert not met([left], [other]) or met([left], [other])[0].is_named


def test_one_hash_is_enough_whatever_the_amount():
    left, came = a_side("out", 9, tx="h"), a_side("in", 5, tx="h")
    assert met([left], [came]) == [Met((left,), (came,), is_named=True)]


def test_two_payments_of_one_transaction_are_told_apart_by_amount():
    lefts = [a_side("out1", 9, tx="h"), a_side("out2", 5, tx="h")]
    cames = [a_side("in1", 5, tx="h"), a_side("in2", 9, tx="h")]
    pairs = {(one.departures[0].side_id, one.arrivals[0].side_id) for one in met(lefts, cames)}
    assert pairs == {("out1", "in2"), ("out2", "in1")}


def test_a_fee_may_be_told_on_either_side_of_the_amount():
    for whole in (5, 6, 4):
        assert met([a_side("out", whole)], [a_side("in", 5, fee=1)])
    assert not met([a_side("out", 7)], [a_side("in", 5, fee=1)])


def test_what_came_too_late_or_before_it_left_is_something_else():
    left = a_side("out", at_ns=10 * WINDOW_NS)
    for late_ns, is_one in ((0, 1), (WINDOW_NS, 1), (WINDOW_NS + 1, 0), (-WRONG_SIDE_NS, 1)):
        assert len(met([left], [a_side("in", at_ns=left.at_ns + late_ns)])) == is_one
    assert not met([left], [a_side("in", at_ns=left.at_ns - WRONG_SIDE_NS - 1)])


def test_where_two_fit_both_are_told_and_more_arrivals_than_departures_are_not_served():
    lefts, came = [a_side("out1"), a_side("out2")], a_side("in")
    [one] = met(lefts, [came])
    assert (one.departures, one.is_served) == (tuple(lefts), True)
    [other] = met(lefts[:1], [came, a_side("in2")])
    assert not other.is_served
