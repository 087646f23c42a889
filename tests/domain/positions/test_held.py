"""Parts of strategies sum to the balance, wherever the day is cut."""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.ledger.balances import balances
from domain.ledger.pending import pending_entry
from domain.positions.bound import Bound
from domain.positions.held import (
    Held,
    Holdings,
    held_by_strategy,
    held_of,
    holdings_of,
    with_bound,
)
from tests.kit.books import World
from tests.kit.clock import NOON_NS
from tests.kit.histories import HISTORIES, few
from tests.kit.notices import START_NS, an_entry_at


@few
@given(HISTORIES)
def test_parts_of_an_account_sum_to_its_balance(world: World):
    sums = Counter()
    for one in held_by_strategy(world.entries()):
        sums[one.account, one.asset] += one.settled_units
    wanted = {key: units for key, units in balances(world.entries()).items() if units}
    assert {key: units for key, units in sums.items() if units} == wanted


@few
@given(HISTORIES, st.integers(0, 20))
def test_carrying_over_a_cut_changes_nothing(world: World, seconds: int):
    cut_ns = NOON_NS + seconds * SECOND_NS
    entries = world.entries()
    first = held_by_strategy(entry for entry in entries if entry.at_ns < cut_ns)
    late = [entry for entry in entries if entry.at_ns >= cut_ns]
    assert held_by_strategy(late, first) == held_by_strategy(entries)


@few
@given(HISTORIES, st.integers(0, 20), st.randoms(use_true_random=False))
def test_going_on_from_any_instant_holds_what_the_whole_holds(
    world: World, seconds: int, random: Random
):
    cut_ns = NOON_NS + seconds * SECOND_NS
    entries = [pending_entry(one) if random.random() < 0.3 else one for one in world.entries()]
    early = holdings_of((entry for entry in entries if entry.at_ns < cut_ns), Holdings())
    late = [entry for entry in entries if entry.at_ns >= cut_ns]
    assert held_of(holdings_of(late, early)) == held_by_strategy(entries)


def test_what_is_pending_is_beside_what_is_settled_until_it_is_posted():
    have, get = an_entry_at("have", START_NS, 9), an_entry_at("get", START_NS, 7)
    (one,) = held_by_strategy([have, pending_entry(get)])
    assert one == Held("wallet:1", "eth", "desk", 9, 7)
    assert (one.pending_units, one.provisional_units, one.free_units) == (7, 16, 9)
    assert held_by_strategy([have, get]) == [Held("wallet:1", "eth", "desk", 16)]


def test_what_one_execution_brings_does_not_free_what_another_takes():
    have, pay, get = (
        an_entry_at(name, START_NS, units) for name, units in (("h", 9), ("p", -4), ("g", 7))
    )
    (one,) = held_by_strategy([have, pending_entry(pay), pending_entry(get)])
    assert (one.incoming_units, one.outgoing_units) == (7, 4)
    assert (one.free_units, one.provisional_units) == (5, 12)


def test_what_one_execution_takes_and_brings_at_once_is_what_is_left_of_it():
    pay, get = (
        msgspec.structs.replace(an_entry_at(name, START_NS, units), execution_id="ex-1")
        for name, units in (("p", -4), ("g", 7))
    )
    (one,) = held_by_strategy([pending_entry(pay), pending_entry(get)])
    assert (one.incoming_units, one.outgoing_units) == (3, 0)


@few
@given(HISTORIES, st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10**20)), max_size=6))
def test_what_is_bound_takes_from_what_is_free_of_an_account_and_from_nothing_else(
    world: World, chosen: list[tuple[int, int]]
):
    held = held_by_strategy(world.entries())
    bound = []
    for number, units in chosen:
        one = held[number % len(held)]
        strategy = (one.strategy, "another's")[number % 2]
        bound.append(Bound(one.account, one.asset, strategy, str(number), units, NOON_NS))
    found = with_bound(held, bound)
    assert found == sorted(found)
    for name, sign in (("settled_units", 0), ("pending_units", 0), ("free_units", -1)):
        wanted = Counter()
        for one in held:
            wanted[one.account, one.asset] += getattr(one, name)
        for one in bound:
            wanted[one.account, one.asset] += sign * one.units
        sums = Counter()
        for one in found:
            sums[one.account, one.asset] += getattr(one, name)
        assert sums == wanted
    assert all(one.free_units + one.locked_units == one.settled_units for one in found)
