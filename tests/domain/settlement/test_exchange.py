"""Statements: fills are legs, capital is capital, and no line is dropped."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.settlement.exchange import each_once, fill_key, fill_moves, flow_of, read_exchange
from tests.kit.books import World, cex_dex
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import PAPER_ACCOUNT


def _read(world: World):
    _, book, _ = world.sources()
    orders = {order.client_order_id: order for order in world.orders}
    return read_exchange(book, orders, {plan.execution_id: plan for plan in world.executions})


def test_a_fill_of_ours_is_a_leg_with_its_fee_apart():
    world = World()
    execution_id = cex_dex(world, 10, 5, [(10, 300, 2)])
    (leg,) = _read(world).legs
    assert (leg.base_units, leg.quote_units) == (-10, 300)
    assert [fee.units for fee in leg.fees] == [-2]
    assert (leg.execution_id, leg.strategy) == (execution_id, "cex_dex")


def test_a_fill_that_no_intent_explains_is_unexplained_fee_and_all():
    world = World()
    world.order("", "buy", [(10, 300, 2)], is_meant=False)
    reading = _read(world)
    assert reading.legs == ()
    assert [(one.asset, one.units) for one in reading.unexplained] == [
        (PAPER_ETH, 10),
        (PAPER_USDC, -300),
        (PAPER_USDC, -2),
    ]


def test_a_statement_line_without_its_fill_is_unexplained():
    world = World()
    world.tick()
    world.statement("trade", "lost", PAPER_ETH, 10, 1)
    world.statement("staking", "x", PAPER_ETH, 3, 0)
    assert [one.units for one in _read(world).unexplained] == [9, 3]


def test_deposits_and_withdrawals_are_flows():
    world = World()
    world.tick()
    world.statement("deposit", "", PAPER_USDC, 100, 1)
    world.statement("withdrawal", "", PAPER_USDC, -40, 2)
    flows = {flow.kind: (flow.units, flow.fee_units) for flow in map(flow_of, _read(world).paid)}
    assert flows == {"deposit": (100, 1), "withdrawal": (-40, 2)}


def test_what_happened_before_the_opening_is_part_of_it():
    world = World()
    world.tick()
    world.statement("deposit", "", PAPER_USDC, 100, 0)
    cex_dex(world, 10, 5, [(10, 300, 2)])
    _, book, _ = world.sources()
    opened = msgspec.structs.replace(book, opened_ns=world.now_ns)
    reading = read_exchange(opened, {}, {})
    assert (reading.legs, reading.paid, reading.unexplained) == ((), (), ())


@few
@given(HISTORIES, st.integers())
def test_of_rows_that_share_a_key_the_same_one_is_kept_in_any_order(world: World, seed: int):
    changed = [msgspec.structs.replace(fill, fee_units=9) for fill in world.fills]
    rows = world.fills + changed
    shuffled = Random(seed).sample(rows, len(rows))
    assert each_once(shuffled, fill_key) == each_once(rows, fill_key)
    assert len(each_once(rows, fill_key)) == len(world.fills)


def test_a_sale_gives_base_and_takes_quote():
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    base, quote = fill_moves(world.fills[0])
    assert (base.account, base.units, quote.units) == (PAPER_ACCOUNT, -10, 300)
