"""A desk without faults agrees with itself to the unit, is repeatable, and streams."""

import tracemalloc
from collections import Counter
from itertools import pairwise

import pytest

from domain.clock import DAY_NS, SECOND_NS, utc_day
from rehearsal.desks.books import TrueBooks
from rehearsal.desks.catalog import Shape
from rehearsal.desks.generate import events, span_ns
from rehearsal.desks.lines import Kind

SEEDS = range(5)


def signed(lines):
    """What the lines add up to, fees included."""
    total = Counter()
    for line in lines:
        total[line.account, line.asset.name] += line.units
        if line.fee_asset:
            total[line.account, line.fee_asset.name] -= line.fee_units
    return total


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_tell_the_same_money_on_the_same_accounts(seed):
    for event in events(Shape(seed)):
        assert signed(event.left) == signed(event.right)
        assert len(event.left) == len(event.right) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_stated_balances_are_the_sum_of_everything_before_them(seed):
    running, stated = Counter(), 0
    for event in events(Shape(seed)):
        if event.kind is Kind.BALANCE:
            (line,) = event.right
            assert line.units == running[line.account, line.asset.name]
            stated += 1
        else:
            running.update(signed(event.right))
    assert stated > len(running) > 0


def test_the_books_hold_what_happened():
    books, running = TrueBooks(), Counter()
    for event in events(Shape(3), books):
        if event.kind is not Kind.BALANCE:
            running.update(signed(event.right))
    held = {(account, asset.name): units for account, asset, units in books.balances()}
    assert held == dict(running)


def test_the_same_seed_gives_the_same_desk_and_another_seed_another():
    assert list(events(Shape(7))) == list(events(Shape(7))) != list(events(Shape(8)))


@pytest.mark.parametrize("days", [1, 2, 5])
def test_every_day_ends_within_seconds_of_its_cut_off_and_nothing_strays(days):
    shape = Shape(4, days=days)
    told = [event for event in events(shape) if event.kind is not Kind.BALANCE]
    start_ns, end_ns = span_ns(shape)
    assert all(one.time_ns <= after.time_ns for one, after in pairwise(told))
    assert start_ns <= told[0].time_ns
    assert told[-1].time_ns < end_ns
    assert len(told) == shape.events
    for day in range(days):
        closes_ns = start_ns + (day + 1) * DAY_NS
        last = max(event.time_ns for event in told if event.time_ns < closes_ns)
        assert closes_ns - last <= 5 * SECOND_NS


def test_no_line_is_heard_on_another_day_than_it_happened():
    for event in events(Shape(5, events=500)):
        days = {utc_day(line.time_ns) for line in (*event.left, *event.right)}
        assert len(days) == 1


def test_every_kind_happens_in_a_desk_of_three_decks():
    assert {event.kind for event in events(Shape(6, events=66))} == set(Kind)


def test_some_fills_are_alike_and_close_and_some_lines_have_no_shared_key():
    told = list(events(Shape(2, events=400)))
    fills = [event.right[0] for event in told if event.kind is Kind.TRADE]
    alike = [
        (one, other)
        for one, other in pairwise(fills)
        if (one.account, one.asset, one.units) == (other.account, other.asset, other.units)
        and other.time_ns - one.time_ns < SECOND_NS
    ]
    assert alike
    assert any(event.left[0].ref != event.right[0].ref for event in told)


def test_memory_does_not_grow_with_the_history():
    def peak(count):
        tracemalloc.start()
        for _ in events(Shape(1, events=count)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(2_400) < 1.5 * peak(600)
