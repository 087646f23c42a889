"""Settlement finds everything that moved, once, from evidence, whatever the order it came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.settlement.outcome import Settlement
from domain.settlement.settle import last_heard, predicted, realised, settle
from domain.settlement.types import OrderAnswer
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.facts import ETH, PAPER_USDC, USDC
from tests.kit.histories import HISTORIES, PLANNED_HISTORIES, few
from tests.kit.world_names import OPENING


@few
@given(HISTORIES)
def test_everything_that_moved_is_found_and_nothing_twice(world: World):
    found = defaultdict(int, OPENING)
    for account, asset, units in _moved(world.settled()):
        found[account, asset] += units
    assert _without_zeros(found) == _without_zeros(world.held)


def _moved(done: Settlement) -> Iterator[tuple[str, str, int]]:
    parts = (*done.legs, *done.liquidity, *done.revisions, *done.transits)
    for move in (move for one in parts for move in (*one.moves, *getattr(one, "fees", ()))):
        yield move.account, move.asset, move.units
    for paid in done.gas:
        yield paid.account, paid.asset, -paid.fee_wei
    for transfer in done.transfers:
        yield transfer.sender, transfer.asset, -transfer.units
        yield transfer.recipient, transfer.asset, transfer.units
    for one in done.conversions:
        yield one.account, one.from_asset, -one.units
        yield one.account, one.to_asset, one.units
    for one in (*done.flows, *done.incidents):
        yield one.account, one.asset, one.units - one.fee_units
    for one in done.unexplained:
        yield one.account, one.asset, one.units


def _without_zeros(held: dict) -> dict:
    return {key: units for key, units in held.items() if units}


@few
@given(HISTORIES, st.integers())
def test_any_order_of_the_facts_settles_the_same(world: World, seed: int):
    assert world.settled(Random(seed)) == world.settled()


@few
@given(HISTORIES)
def test_a_page_captured_twice_settles_once(world: World):
    journal, exchange, chain = world.sources()
    twice = msgspec.structs.replace(exchange, fills=exchange.fills * 2, lines=exchange.lines * 2)
    again = msgspec.structs.replace(chain, transactions=chain.transactions * 2)
    assert settle(world.card, journal, twice, again) == world.settled()


@few
@given(PLANNED_HISTORIES)
def test_what_was_meant_leaves_nothing_unexplained_and_nothing_unknown(world: World):
    done = world.settled()
    assert done.unexplained == ()
    assert done.unknown == ()


def test_a_profit_is_what_arrived_net_of_gas_at_the_decision_mark():
    world = World()
    dex_dex(world, 10**18, 3_010 * 10**6, 3_020 * 10**6, gas_wei=10**15)
    (execution,) = world.settled().executions
    assert execution.status == "SETTLED"
    assert execution.gas_wei == 10**15
    assert execution.realised.gross_usd_e24 == 10 * 10**24
    assert execution.realised.gas_usd_e24 == 3 * 10**24
    assert execution.realised.net_usd_e24 == 7 * 10**24
    assert execution.predicted.gas_usd_e24 == 10**14 * 3_000_000_000


def test_an_exchange_fee_is_a_cost_of_its_own():
    world = World()
    cex_dex(world, 10**10, 3_000 * 10**6, [(10**10, 3_010 * 10**8, 2 * 10**8)], gas_wei=0)
    (execution,) = world.settled().executions
    assert execution.realised.gross_usd_e24 == 10 * 10**24
    assert execution.realised.fee_usd_e24 == 2 * 10**24


def test_a_source_that_failed_is_named():
    world = World()
    journal, exchange, chain = world.sources()
    broken = msgspec.structs.replace(exchange, is_complete=False, failure="answered 500")
    assert settle(world.card, journal, broken, chain).unknown == ("exchange: answered 500",)


def test_what_is_unknown_has_no_realised_profit():
    world = World()
    dex_dex(world, 10**18, 1, 2, gas_wei=1)
    journal, exchange, chain = world.sources()
    nothing = msgspec.structs.replace(chain, transactions=())
    done = settle(
        world.card, msgspec.structs.replace(journal, transaction_answers=()), exchange, nothing
    )
    (execution,) = done.executions
    assert (execution.status, execution.realised) == ("UNKNOWN", None)
    assert execution.is_provisional
    assert done.unknown == (f"execution {execution.execution_id}: {execution.reason}",)


def test_the_last_answer_heard_counts():
    early = OrderAnswer("o", "e", "", "OPEN", 0, 0, 0, PAPER_USDC, 1)
    late = msgspec.structs.replace(early, status="FILLED", observed_ns=2)
    assert last_heard([late, early], lambda one: one.client_order_id) == {"o": late}


def test_prediction_and_outcome_are_stated_in_the_same_money():
    world = World()
    dex_dex(world, 10**18, 3_000 * 10**6, 3_001 * 10**6, gas_wei=10**14)
    decision, done = world.decisions[0], world.settled()
    assert realised(world.card, decision, done.legs, done.gas) == done.executions[0].realised
    assert predicted(world.card, decision) == done.executions[0].predicted
    assert {ETH, USDC} <= {asset.asset for asset in world.card.assets}
