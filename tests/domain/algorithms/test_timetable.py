"""Targets rise to exactly the order, in whole lots, at times inside its span."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.algorithms.parent import Algorithm
from domain.algorithms.timetable import due, timetable, volume_curve
from domain.errors import InputRefused
from tests.domain.algorithms.test_parent import an_order

curves = st.lists(st.integers(0, 1_000), min_size=1, max_size=30).filter(any)


@given(curves, st.integers(1, 10**9), st.integers(1, 1_000), st.integers(31, 10**12))
def test_parts_are_whole_lots_and_sum_to_the_order(curve, lots, lot, span_ns):
    order = an_order(
        algorithm=Algorithm.VWAP,
        curve=tuple(curve),
        slices=len(curve),
        size_e8=lots * lot,
        lot_e8=lot,
        end_ns=1_000 + span_ns,
    )
    targets = timetable(order)
    totals = [target.total_e8 for target in targets]
    assert totals == sorted(totals)
    assert totals[-1] == order.size_e8
    assert all(total % lot == 0 for total in totals)
    times = [target.at_ns for target in targets]
    assert times == sorted(set(times))
    assert order.start_ns == times[0]
    assert times[-1] < order.end_ns


@given(curves, st.integers(1, 10**6))
def test_each_part_is_within_one_lot_of_its_share(curve, lots):
    order = an_order(
        algorithm=Algorithm.VWAP, curve=tuple(curve), slices=len(curve), size_e8=lots, lot_e8=1
    )
    totals = [0, *(target.total_e8 for target in timetable(order))]
    for number, weight in enumerate(curve):
        part = totals[number + 1] - totals[number]
        assert abs(part * sum(curve) - lots * weight) < sum(curve)


def test_equal_parts_at_equal_times():
    targets = timetable(an_order())
    assert [(t.at_ns, t.total_e8) for t in targets] == [
        (1_000 + 200 * n, 2 * 10**8 * (n + 1)) for n in range(5)
    ]


def test_a_route_asks_for_the_whole_at_every_try():
    targets = timetable(an_order(algorithm=Algorithm.ROUTE, slices=3))
    assert {target.total_e8 for target in targets} == {10 * 10**8}


def test_what_is_due_follows_the_clock():
    targets = timetable(an_order())
    assert [due(targets, at_ns) for at_ns in (999, 1_000, 1_199, 1_200, 9_999)] == [-1, 0, 0, 1, 4]


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 50)), min_size=1), st.integers(1, 9))
def test_a_curve_counts_every_trade_of_the_span_once(trades, slices):
    inside = [size for at_ns, size in trades if 10 <= at_ns < 90]
    assume(inside)
    assert sum(volume_curve(trades, 10, 90, slices)) == sum(inside)


def test_a_span_without_trades_gives_no_curve():
    with pytest.raises(InputRefused):
        volume_curve([(100, 5)], 0, 100, 4)
