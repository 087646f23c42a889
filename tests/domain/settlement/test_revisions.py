"""Busts and corrections, in whatever order they and their fills are told, leave what stands."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.balances import balances
from domain.matching.transactions import match_transactions
from domain.settlement.revisions import revised, revisions_of, standing_legs
from tests.kit.books import World, cex_dex
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.incidents import revise
from tests.kit.world_names import PAPER_ACCOUNT

_REVISIONS = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.integers(-(10**8), 10**8), st.integers(0, 10**6)),
    max_size=6,
)


def _world(revisions: list[tuple[int, int | None, int]] = ()) -> World:
    world = World()
    cex_dex(world, 10**10, 2_999 * 10**6, [(4 * 10**9, 12, 3), (6 * 10**9, 18, 3)])
    for number, base, fee in revisions:
        revise(world, number, base, 5, fee)
    return world


def _paper_legs(world: World) -> list:
    return [leg for leg in world.settled().legs if leg.venue == "paper"]


@given(_REVISIONS)
def test_the_statement_and_the_books_end_on_the_same_balance(revisions):
    world = _world(revisions)
    held = balances(world.entries())
    for asset in (PAPER_ETH, PAPER_USDC):
        assert held[PAPER_ACCOUNT, asset] == world.held[PAPER_ACCOUNT, asset]
    assert world.attribution().residual_usd_e24 == 0


@given(_REVISIONS, st.randoms(use_true_random=False))
def test_any_order_of_fills_and_adjustments_gives_the_same_settlement(revisions, random: Random):
    world = _world(revisions)
    assert msgspec.json.encode(world.settled(random)) == msgspec.json.encode(world.settled())


@given(_REVISIONS)
def test_what_stands_is_the_leg_and_all_that_was_moved_beside_it(revisions):
    world = _world(revisions)
    done = world.settled()
    legs = [leg for leg in done.legs if leg.venue == "paper"]
    standing = {leg.leg_id: leg for leg in standing_legs(legs, done.revisions)}
    for leg in legs:
        own = [one for one in done.revisions if one.leg_id == leg.leg_id]
        base = leg.base_units + sum(one.base_units for one in own)
        if leg.leg_id in standing:
            assert standing[leg.leg_id].base_units == base
        else:
            assert (base, own[-1].kind) == (0, "bust")


def test_a_bust_takes_everything_back_and_the_leg_stays_on_record():
    world = _world([(0, None, 0), (1, None, 0)])
    done = world.settled()
    assert [one.kind for one in done.revisions] == ["bust", "bust"]
    assert len([leg for leg in done.legs if leg.venue == "paper"]) == 2
    assert [one.status for one in done.executions] == ["PARTIAL"]
    assert done.executions[0].leg_ids == tuple(
        leg.leg_id for leg in done.legs if leg.venue == "univ3"
    )


def test_a_bust_and_a_correction_are_told_with_their_money():
    world = _world([(0, None, 0), (1, 7, 2)])
    found = match_transactions(*world.sources(), world.settled().unexplained).breaks
    told = {(one.cause, one.asset): one.amount_units for one in found}
    first = world.fills[0]
    assert told == {
        ("BUSTED", PAPER_ETH): first.base_units,
        ("BUSTED", PAPER_USDC): -first.quote_units + first.fee_units,
        ("AMENDED", PAPER_ETH): -7,
        ("AMENDED", PAPER_USDC): 5 - 2,
    }


def test_an_adjustment_before_its_fill_waits_for_it():
    world = _world([(0, None, 0)])
    legs = _paper_legs(world)
    assert revisions_of([], world.lines) == []
    (one,) = revisions_of(legs, world.lines)
    assert revised(legs[0], one).moves == ()


def test_an_adjustment_that_names_no_trade_of_ours_is_unexplained():
    world = _world()
    world.tick()
    world.statement("adjustment", "t999", PAPER_USDC, -7, 0)
    assert [one.units for one in world.settled().unexplained] == [-7]
