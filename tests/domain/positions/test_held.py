"""Parts of strategies sum to the balance, wherever the day is cut."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.ledger.balances import balances
from domain.ledger.pending import pending_entry, released_entry
from domain.positions.held import Held, held_by_strategy
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


def test_what_is_pending_is_beside_what_is_settled_until_it_is_released():
    have, get = an_entry_at("have", START_NS, 9), an_entry_at("get", START_NS, 7)
    waiting = pending_entry(get)
    assert held_by_strategy([have, waiting]) == [Held("wallet:1", "eth", "desk", 9, 7)]
    posted = [have, waiting, released_entry(get, START_NS, "posted"), get]
    assert held_by_strategy(posted) == [Held("wallet:1", "eth", "desk", 16)]
    (one,) = held_by_strategy([have, waiting])
    assert one.provisional_units == 16
