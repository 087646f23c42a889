"""Opening + in - out - fees is what is stated, for every balance of any history."""

from __future__ import annotations

from collections import defaultdict

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.layers.rolling import flows_of, roll, summed
from domain.ledger.build import entries_of
from domain.ledger.types import is_own
from domain.settlement.outcome import (
    Conversion,
    ExternalFlow,
    GasPaid,
    Incident,
    InternalTransfer,
    Leg,
    LiquidityChange,
    Move,
    Revision,
    Settlement,
    Transit,
    UnexplainedMovement,
)
from tests.kit.books import World, cex_dex
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import OPENING, VENUES


@few
@given(HISTORIES)
def test_every_balance_of_a_true_history_rolls_to_what_is_stated(world: World):
    rolled = roll(OPENING, flows_of(world.settled()), world.held, VENUES)
    assert all(one.is_closed for one in rolled)
    assert {(one.account, one.asset): one.closing_units for one in rolled} == dict(world.held)


@few
@given(HISTORIES)
def test_flows_that_were_summed_roll_every_balance_as_they_did_apart(world: World):
    flows = flows_of(world.settled())
    assert roll(OPENING, summed(flows), world.held, VENUES) == roll(
        OPENING, flows, world.held, VENUES
    )
    assert summed(summed(flows)) == summed(flows)


@few
@given(HISTORIES, st.integers(-5, 5), st.data())
def test_what_is_stated_otherwise_is_the_difference_and_nothing_else(world: World, off, data):
    key = data.draw(st.sampled_from(sorted(world.held)))
    stated = dict(world.held) | {key: world.held[key] + off}
    rolled = roll(OPENING, flows_of(world.settled()), stated, VENUES)
    differences = {(one.account, one.asset): one.difference_units for one in rolled}
    assert {each: units for each, units in differences.items() if units} == (
        {key: off} if off else {}
    )


@few
@given(HISTORIES)
def test_a_movement_is_in_a_fee_or_in_a_move_and_never_in_both(world: World):
    flows = flows_of(world.settled())
    twice = msgspec.structs.replace(flows, moves=[*flows.moves, *flows.fees], fees=[])
    assert [one.closing_units for one in roll(OPENING, twice, world.held, VENUES)] == [
        one.closing_units for one in roll(OPENING, flows, world.held, VENUES)
    ]


def a_settlement_of_everything() -> Settlement:
    """Write one of each kind of movement that settlement knows."""
    move, fee = Move("w", "x", 7), Move("w", "y", -2)
    named = ("e", "o", "s", "v")
    return Settlement(
        legs=(Leg("l", *named[:3], "v", "leg", 1, "x", "y", 7, 0, (move,), (fee,), "r", "p"),),
        revisions=(
            Revision("r", "bust", "l", *named, 2, -7, 0, (Move("w", "x", -7),),
                     (Move("w", "y", 2),), "r", "p"),
        ),
        liquidity=(LiquidityChange("c", "v", (move, Move("w", "lp", 3)), 3, "p"),),
        gas=(GasPaid("t", *named[:3], ("v",), "w", "eth", 5, is_failed=False, at_ns=4,
                     block_number=1, block_hash="b"),),
        transfers=(InternalTransfer("i", "e", "s", "w", "u", "x", 4, 5, "p"),),
        conversions=(Conversion("k", "w", "x", "wx", 1, 6, "p"),),
        flows=(ExternalFlow("f", "deposit", "v", "w", "x", 9, 1, 7, "p"),),
        unexplained=(UnexplainedMovement("m", "v", "w", "x", -3, "z", 8, "p", "why"),),
        incidents=(Incident("rebase", "n", "w", "x", 6, "v", 9, "p", fee_units=1),),
        transits=(
            Transit("z", "deposit", True, "v", "a",
                    (Move("transit:v", "x", -5), Move("a", "q", 50)), (Move("a", "q", -1),),
                    "", "d", 10, "p"),
        ),
    )  # fmt: skip


def test_every_kind_of_movement_rolls_as_the_ledger_books_it():
    done = a_settlement_of_everything()
    parts = {one.name for one in msgspec.structs.fields(Settlement)} - {"executions", "unknown"}
    assert {name for name in parts if getattr(done, name)} == parts
    booked: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries_of(done):
        for posting in entry.postings:
            if is_own(posting.account):
                booked[posting.account, posting.asset] += posting.units
    rolled = {
        (one.account, one.asset): one.closing_units for one in roll({}, flows_of(done), {}, {})
    }
    assert rolled == dict(booked)


def test_fees_stand_apart_from_what_was_traded():
    world = World()
    cex_dex(world, 10**10, 3_000 * 10**6, [(10**10, 3_010 * 10**8, 2 * 10**8)], gas_wei=7)
    rolled = roll(OPENING, flows_of(world.settled()), world.held, VENUES)
    assert sorted(one.fee_units for one in rolled if one.fee_units) == [7, 2 * 10**8]
    assert {one.venue for one in rolled} == {"paper", "wallet"}


def test_a_correction_people_approved_is_a_flow_of_its_own():
    stated = {("a", "x"): 7}
    assert roll({("a", "x"): 5}, flows_of(World().settled()), stated, {})[0].difference_units == 2
    (mended,) = roll({("a", "x"): 5}, flows_of(World().settled()), stated, {}, [Move("a", "x", 2)])
    assert (mended.corrected_units, mended.difference_units, mended.venue) == (2, 0, "a")


def test_what_nobody_states_is_unknown_and_does_not_pass_unless_nothing_was_there():
    nothing = flows_of(World().settled())
    (held,) = roll({("a", "x"): 5}, nothing, {}, {})
    (failed,) = roll({("a", "x"): 5}, nothing, {("a", "x"): None}, {})
    (empty,) = roll({}, nothing, {("a", "x"): None}, {})
    assert (held.difference_units, held.is_closed, failed.is_closed) == (None, False, False)
    assert empty.is_closed
