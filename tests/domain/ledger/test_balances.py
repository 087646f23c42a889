"""Opening and flows make the closing, for every account and asset, wherever the day is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.ledger.balances import balances, roll_forward
from domain.ledger.types import is_own
from tests.kit.books import World, dex_dex
from tests.kit.clock import NOON_NS
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import OPENING

FOREVER_NS = 2**62


@few
@given(HISTORIES)
def test_opening_plus_flows_is_closing_is_what_the_outside_holds(world: World):
    for position in roll_forward(world.entries(), NOON_NS, FOREVER_NS):
        key = position.account, position.asset
        assert position.opening_units == OPENING.get(key, 0)
        assert position.closing_units == world.held[key]
        flows = sum(units for _, units in position.flows)
        assert position.opening_units + flows == position.closing_units


@few
@given(HISTORIES, st.integers(0, 20))
def test_one_day_s_closing_is_the_next_day_s_opening(world: World, seconds: int):
    cut_ns = NOON_NS + seconds * SECOND_NS
    entries = world.entries()
    first = roll_forward(entries, NOON_NS, cut_ns)
    closing = {(one.account, one.asset): one.closing_units for one in first}
    carried = roll_forward(
        [entry for entry in entries if entry.at_ns >= cut_ns and entry.cause != "opening"],
        cut_ns, FOREVER_NS, closing,
    )  # fmt: skip
    assert carried == roll_forward(entries, cut_ns, FOREVER_NS)


@few
@given(HISTORIES, st.integers(0, 20))
def test_going_on_from_any_instant_rolls_as_the_whole_does(world: World, seconds: int):
    cut_ns = NOON_NS + seconds * SECOND_NS
    entries = world.entries()
    early = [entry for entry in entries if entry.at_ns < cut_ns]
    late = [entry for entry in entries if entry.at_ns >= cut_ns]
    past = roll_forward(early, NOON_NS, cut_ns)
    assert roll_forward(late, NOON_NS, FOREVER_NS, past=past) == roll_forward(
        entries, NOON_NS, FOREVER_NS
    )


def test_an_entry_at_the_cut_belongs_to_the_next_day():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=1)
    at_ns = world.now_ns
    before = balances(world.entries(), until_ns=at_ns)
    assert {key: units for key, units in before.items() if units} == OPENING
    assert balances(world.entries(), until_ns=at_ns + 1) != before


def test_nominal_accounts_have_no_position():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=1)
    positions = roll_forward(world.entries(), NOON_NS, FOREVER_NS)
    assert all(is_own(position.account) for position in positions)
