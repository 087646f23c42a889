"""What explains itself is no break; what is overdue, short or not told apart is one, and ages."""

from __future__ import annotations

from hypothesis import given

from domain.matching.transits import transit_breaks
from domain.matching.types import Break
from domain.settlement.pairing import WINDOW_NS
from domain.settlement.underway import underway
from tests.kit.books import World
from tests.kit.facts import PAPER_ETH
from tests.kit.transfers import PLANS, Planned, play
from tests.kit.transits import credit, pay_in, pay_out, tell, with_deposits


def found_in(world: World, cutoff_ns: int) -> list[Break]:
    transits = world.settled().transits
    return transit_breaks(underway([], transits), transits, cutoff_ns)


@given(PLANS)
def test_within_the_window_nothing_that_is_told_apart_is_a_break(plans: list[Planned]):
    world, _ = play([one._replace(is_named=True) for one in plans])
    assert found_in(world, world.now_ns) == []


@given(PLANS)
def test_after_the_window_every_open_transfer_is_a_break_of_its_amount(plans: list[Planned]):
    world, _ = play([one._replace(is_named=True) for one in plans])
    overdue = found_in(world, world.now_ns + WINDOW_NS + 1)
    left = underway([], world.settled().transits)
    assert {(one.subject, one.amount_units) for one in overdue} == {
        (one.transit_id, -one.left_units) for one in left
    }


def test_an_overdue_transfer_keeps_its_name_and_when_it_was_due():
    world = World()
    world.card = with_deposits(world.card)
    pay_out(world, PAPER_ETH, 10**10)
    left_ns = world.now_ns
    [one] = found_in(world, left_ns + WINDOW_NS + 1)
    [later] = found_in(world, left_ns + 9 * WINDOW_NS)
    assert (one.break_id, one.first_seen_ns) == (later.break_id, left_ns + WINDOW_NS)
    assert later == one


def test_what_came_short_without_a_reason_is_a_break_at_once():
    world = World()
    world.card = with_deposits(world.card)
    sent = pay_in(world, PAPER_ETH, 10**10)
    world.tick()
    world.statement("deposit", sent.ref_id, PAPER_ETH, 10**10 - 5, 0)
    tell(world, sent, 0, sent.tx_hash, "")
    [one] = found_in(world, world.now_ns)
    assert (one.cause, one.amount_units) == ("QTY", -5 * 10**8)


def test_which_of_two_came_is_asked_for():
    world = World()
    world.card = with_deposits(world.card)
    first = pay_in(world, PAPER_ETH, 10**10)
    second = pay_in(world, PAPER_ETH, 10**10)
    credit(world, first, is_named=False)
    [one] = found_in(world, world.now_ns)
    assert one.cause == "INTERNAL_TRANSFER"
    assert first.tx_hash in one.evidence
    assert second.tx_hash in one.evidence
