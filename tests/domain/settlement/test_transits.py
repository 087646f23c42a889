"""What moves between wallet and exchange is neither capital nor profit, however it is told."""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.settlement.settle import settle
from domain.settlement.underway import held_underway, underway
from tests.kit.books import World
from tests.kit.facts import ETH, PAPER_ETH
from tests.kit.histories import few
from tests.kit.transfers import PLANS, Planned, play
from tests.kit.transits import credit, from_outside, land, pay_in, pay_out, tell, with_deposits
from tests.kit.world_names import STRANGER, UNDERWAY

UNITS = 10**10


def a_world() -> World:
    world = World()
    world.card = with_deposits(world.card)
    return world


@given(PLANS)
def test_what_is_on_its_way_is_what_left_and_has_not_come(plans: list[Planned]):
    world, _ = play(plans)
    found = held_underway(underway([], world.settled().transits))
    truth = {key: units for key, units in world.held.items() if key[0] == UNDERWAY and units}
    assert found == truth


@given(PLANS)
def test_transfers_of_ours_are_neither_capital_nor_unexplained(plans: list[Planned]):
    done = play(plans).world.settled()
    assert (done.flows, done.unexplained) == ((), ())


@given(PLANS)
def test_an_arrival_that_is_named_belongs_to_its_own_departure(plans: list[Planned]):
    world, sent = play(plans)
    done = world.settled()
    left = {one.name: one.transit_id for one in done.transits if not one.is_arrival}
    refs = {line.line_id: line.ref_id for line in world.lines}
    for plan, one in zip(plans, sent, strict=True):
        if plan.is_coming and plan.is_named:
            mine = left[one.tx_hash if plan.is_in else one.ref_id]
            [came] = [
                other
                for other in done.transits
                if other.is_arrival
                and (
                    refs.get(other.evidence) == one.ref_id
                    if plan.is_in
                    else other.departed_id == mine
                )
            ]
            assert came.departed_id == mine


@few
@given(PLANS, st.integers())
def test_the_order_of_the_facts_does_not_matter(plans: list[Planned], seed: int):
    world, _ = play(plans)
    assert world.settled(Random(seed)).transits == world.settled().transits


@given(PLANS)
def test_profit_of_transfers_is_their_fees_and_gas_and_nothing_is_left(plans: list[Planned]):
    world, _ = play(plans)
    profit = world.attribution()
    assert (profit.residual_usd_e24, profit.external_flow_usd_e24) == (0, 0)
    assert {row.cause for row in profit.rows if row.amount_usd_e24} <= {
        "price_move", "exchange_fee", "gas",
    }  # fmt: skip


def test_a_hash_that_is_not_ours_and_an_address_that_is_not_are_capital():
    world = a_world()
    pay_in(world, PAPER_ETH, UNITS)
    from_outside(world, "deposit", PAPER_ETH, UNITS, 0)
    from_outside(world, "withdrawal", PAPER_ETH, UNITS, 3)
    done = world.settled()
    assert [(one.kind, one.units) for one in done.flows] == [
        ("deposit", UNITS), ("withdrawal", -UNITS),
    ]  # fmt: skip
    assert [one.is_arrival for one in done.transits] == [False]


def test_one_of_two_that_are_alike_is_not_named_but_is_not_capital_either():
    world = a_world()
    first = pay_in(world, PAPER_ETH, UNITS)
    pay_in(world, PAPER_ETH, UNITS)
    credit(world, first, is_named=False)
    done = world.settled()
    [came] = [one for one in done.transits if one.is_arrival]
    assert (came.departed_id, done.flows, done.unexplained) == ("", (), ())
    assert sum(one.left_units for one in underway([], done.transits)) == 10**18
    tell(world, first, 0, first.tx_hash, "")
    [came] = [one for one in world.settled().transits if one.is_arrival]
    assert came.departed_id


def test_where_more_came_than_left_nobody_guesses_what_is_ours():
    world = a_world()
    sent = pay_in(world, PAPER_ETH, UNITS)
    credit(world, sent, is_named=False)
    world.tick()
    world.statement("deposit", "other", PAPER_ETH, UNITS, 0)
    done = world.settled()
    assert [one.units for one in done.unexplained] == [UNITS, UNITS]
    assert (done.flows, len(done.transits)) == ((), 1)


def test_a_withdrawal_without_an_address_is_ours_once_something_that_came_fits_it():
    world = a_world()
    sent = pay_out(world, PAPER_ETH, UNITS, address="")
    assert [one.kind for one in world.settled().flows] == ["withdrawal"]
    land(world, sent, is_named=False)
    done = world.settled()
    assert (done.flows, done.unexplained) == ((), ())
    assert [one.is_arrival for one in done.transits] == [False, True]


def test_a_withdrawal_to_somebody_else_is_capital_though_the_same_amount_came():
    world = a_world()
    sent = pay_out(world, PAPER_ETH, UNITS, address=STRANGER)
    land(world, sent, is_named=False)
    done = world.settled()
    assert [one.kind for one in done.flows] == ["withdrawal"]
    assert [one.units for one in done.unexplained] == [10**18]


def test_less_than_a_unit_of_the_exchange_is_kept_on_the_way_as_its_fee():
    world = a_world()
    credit(world, pay_in(world, PAPER_ETH, UNITS, dust_wei=7))
    done = world.settled()
    [came] = [one for one in done.transits if one.is_arrival]
    assert [(fee.account, fee.asset, fee.units) for fee in came.fees] == [(UNDERWAY, ETH, -7)]
    assert underway([], done.transits) == []


def test_a_fee_taken_of_the_amount_is_a_fee_and_what_nobody_explains_stays_on_its_way():
    for fee, left in ((25, 0), (24, 25 * 10**8)):
        world = a_world()
        sent = pay_in(world, PAPER_ETH, UNITS)
        world.tick()
        world.statement("deposit", sent.ref_id, PAPER_ETH, UNITS - 25, 0)
        short = sent._replace(units=UNITS - 25)
        tell(world, short, fee, sent.tx_hash, "")
        open_ones = underway([], world.settled().transits)
        assert sum(one.left_units for one in open_ones) == left


def test_gas_of_paying_in_is_the_desks_cost_and_not_unexplained():
    world = a_world()
    pay_in(world, PAPER_ETH, UNITS, gas_wei=9)
    done = world.settled()
    assert [paid.fee_wei for paid in done.gas] == [9]
    assert done.unexplained == ()


def test_a_departure_that_a_reorg_took_away_never_left():
    world = a_world()
    sent = pay_in(world, PAPER_ETH, UNITS)
    journal, exchange, chain = world.sources()
    gone = msgspec.structs.replace(chain, transactions=())
    assert settle(world.card, journal, exchange, gone).transits == ()
    credit(world, sent)
    moved = msgspec.structs.replace(world.mined[0].receipt, block_hash="0xother", block_number=9)
    mined = (msgspec.structs.replace(world.mined[0], receipt=moved),)
    journal, exchange, chain = world.sources()
    again = settle(
        world.card, journal, exchange, msgspec.structs.replace(chain, transactions=mined)
    )
    assert underway([], again.transits) == []
    assert Counter(one.is_arrival for one in again.transits) == {False: 1, True: 1}


def test_what_left_on_an_earlier_day_is_met_by_name():
    world = a_world()
    into, out = pay_in(world, PAPER_ETH, UNITS), pay_out(world, PAPER_ETH, 2 * UNITS)
    carried = underway([], world.settled().transits)
    credit(world, into)
    land(world, out)
    journal, exchange, chain = world.sources()
    later = msgspec.structs.replace(exchange, lines=exchange.lines[1:])
    mined = msgspec.structs.replace(chain, transactions=chain.transactions[1:])
    done = settle(world.card, journal, later, mined, carried)
    assert (done.flows, done.unexplained) == ((), ())
    assert {one.departed_id for one in done.transits} == {one.transit_id for one in carried}
    assert underway(carried, done.transits) == []
