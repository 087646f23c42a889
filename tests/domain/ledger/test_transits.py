"""Both sides of a transfer are booked by themselves; in between it is on an account of ours."""

from __future__ import annotations

from hypothesis import given

from domain.ledger.balances import balances
from domain.ledger.transits import transit_entries
from domain.ledger.types import EXCHANGE_FEE, TRANSFER, imbalance
from domain.lots.engine import match
from domain.lots.types import Book, Fact, Kind, Scope
from tests.kit.books import World
from tests.kit.facts import PAPER_ETH
from tests.kit.transfers import PLANS, Planned, play
from tests.kit.transits import credit, pay_in, with_deposits
from tests.kit.world_names import UNDERWAY


@given(PLANS)
def test_every_side_balances_and_all_of_them_hold_what_is_held(plans: list[Planned]):
    world, _ = play(plans)
    for one in world.settled().transits:
        for entry in transit_entries(one):
            assert imbalance(entry) == {}
            assert entry.cause in {TRANSFER, EXCHANGE_FEE}
    found = {key: units for key, units in balances(world.entries()).items() if units}
    assert found == {key: units for key, units in world.held.items() if units}


def test_a_day_that_ends_between_the_sides_holds_it_in_transit():
    world = World()
    world.card = with_deposits(world.card)
    sent = pay_in(world, PAPER_ETH, 10**10)
    left_ns = world.now_ns
    credit(world, sent)
    held = balances(world.entries(), until_ns=left_ns + 1)
    assert {key: units for key, units in held.items() if key[0] == UNDERWAY} == {
        (UNDERWAY, "eip155:31337/slip44:60"): 10**18
    }


def test_an_arrival_says_what_left_too():
    world = World()
    world.card = with_deposits(world.card)
    sent = pay_in(world, PAPER_ETH, 10**10)
    credit(world, sent)
    [came] = [one for one in world.settled().transits if one.is_arrival]
    [entry] = transit_entries(came)
    assert entry.evidence == f"{world.lines[-1].line_id} {sent.tx_hash}:value"


def test_lots_go_with_a_transfer_and_the_gas_disposes_of_some():
    gas = 10**15
    facts = [
        Fact(1, Kind.BUY, "ETH", 3 * 10**18, 9_000, wallet="wallet", id="b"),
        Fact(2, Kind.TRANSFER_OUT, "ETH", 10**18, wallet="wallet", id="t"),
        Fact(2, Kind.FEE, "ETH", gas, 3, wallet="wallet", id="g"),
        Fact(3, Kind.TRANSFER_IN, "ETH", 10**18, wallet="paper", id="t"),
    ]
    report = match(facts, Book(scope=Scope.WALLET))
    left = {one.wallet: (one.quantity_units, one.basis_units, one.lot) for one in report.remaining}
    assert left["paper"] == (10**18, 3_000, facts[0])
    assert left["wallet"][0] == 2 * 10**18 - gas
    assert [one.fact.id for one in report.disposals()] == ["g"]
