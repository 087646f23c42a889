"""Receipts: what arrived counts, by pool; what nobody meant is never dropped."""

from __future__ import annotations

import msgspec
import pytest

from domain.settlement.chain import (
    ChainReading,
    in_chain_order,
    read_chain,
)
from domain.settlement.flows import sum_moves
from domain.settlement.outcome import Move
from domain.settlement.scope import ChainScope
from tests.kit.books import World, dex_dex
from tests.kit.facts import ETH, EXECUTOR, USDC, WALLET, WETH
from tests.kit.receipts import own_transaction
from tests.kit.world_names import EXECUTOR_ACCOUNT, STRANGER, WALLET_ACCOUNT, block_hash


def _read(world: World) -> ChainReading:
    return read_chain(
        ChainScope.of(world.card),
        world.mined,
        {intent.tx_hash: intent for intent in world.intents},
        {plan.execution_id: plan for plan in world.executions},
    )


def _legs(world: World) -> dict[str, tuple[int, int]]:
    return {leg.venue: (leg.base_units, leg.quote_units) for leg in _read(world).legs}


def test_each_pool_of_an_arbitrage_is_a_leg_and_the_profit_a_move_between_ours():
    world = World()
    dex_dex(world, 10**18, 3_010, 3_020, gas_wei=9)
    reading = _read(world)
    assert _legs(world) == {"univ2-a": (10**18, -3_010), "univ2-b": (-(10**18), 3_020)}
    (profit,) = reading.transfers
    assert (profit.sender, profit.recipient, profit.units) == (EXECUTOR_ACCOUNT, WALLET_ACCOUNT, 10)
    assert reading.unexplained == []


def test_one_pool_paying_another_passes_through_us_and_is_a_leg_of_both():
    world = World()
    first, second = world.pool("univ2-a"), world.pool("univ2-b")
    execution_id = world.plan("dex_dex", ())
    world.send(
        execution_id,
        [(WETH, first, second, 7), (USDC, second, EXECUTOR, 30), (USDC, EXECUTOR, first, 20)],
    )
    assert _legs(world) == {"univ2-a": (7, -20), "univ2-b": (-7, 30)}


def test_a_token_that_keeps_a_fee_on_the_way_counts_by_what_arrived():
    world = World()
    pool = world.pool("univ2-a")
    moves = [(WETH, pool, WALLET, 95), (WETH, pool, STRANGER, 5), (USDC, WALLET, pool, 300)]
    world.send(world.plan("dex_dex", ()), moves, venues=("univ2-a",))
    assert _legs(world) == {"univ2-a": (95, -300)}


def test_a_reverted_transaction_is_gas_alone():
    world = World()
    dex_dex(world, 10**18, 1, 2, gas_wei=77, status=0)
    reading = _read(world)
    assert (reading.legs, reading.transfers) == ([], [])
    assert [(paid.fee_wei, paid.is_failed) for paid in reading.gas] == [(77, True)]
    assert reading.gas[0].venues == ("univ2-a", "univ2-b")


@pytest.mark.parametrize(
    ("move", "units"),
    [((WETH, STRANGER, WALLET, 5), 5), ((WETH, WALLET, STRANGER, 5), -5)],
)
def test_a_stray_transfer_is_an_unexplained_movement(move, units):
    world = World()
    world.send("", [move], sender=STRANGER, is_meant=False)
    (movement,) = _read(world).unexplained
    assert (movement.account, movement.asset, movement.units) == (WALLET_ACCOUNT, WETH, units)
    assert movement.counterparty == STRANGER
    assert movement.reason == "moved by somebody else"


def test_a_transaction_of_ours_that_nobody_meant_is_unexplained_with_its_gas():
    world = World()
    pool = world.pool("univ3")
    world.send("", [(WETH, pool, WALLET, 5), (USDC, WALLET, pool, 2)], is_meant=False, gas_wei=3)
    reading = _read(world)
    assert (reading.legs, reading.gas) == ([], [])
    assert [(one.asset, one.units) for one in reading.unexplained] == [
        (ETH, -3), (WETH, 5), (USDC, -2),
    ]  # fmt: skip


def test_a_transfer_beside_the_legs_of_our_own_transaction_is_not_swallowed():
    world = World()
    pool = world.pool("univ2-a")
    moves = [(WETH, pool, WALLET, 5), (USDC, WALLET, pool, 2), (USDC, WALLET, STRANGER, 1)]
    world.send(world.plan("dex_dex", ()), moves)
    (movement,) = _read(world).unexplained
    assert (movement.units, movement.counterparty) == (-1, STRANGER)


def test_native_coin_sent_along_moves_only_when_the_transaction_succeeds():
    world = World()
    world.send("", [], is_meant=False, value_wei=50, gas_wei=1)
    world.send("", [], is_meant=False, value_wei=60, gas_wei=1, status=0)
    moved = [one.units for one in _read(world).unexplained]
    assert moved == [-1, -50, -1]


def test_a_nonce_retired_by_a_transfer_to_ourselves_costs_gas_and_moves_nothing():
    world = World()
    execution_id = world.plan("dex_dex", ())
    world.send(execution_id, [], purpose="unwind", gas_wei=21)
    reading = _read(world)
    assert [paid.fee_wei for paid in reading.gas] == [21]
    assert not any((reading.legs, reading.transfers, reading.unexplained))


def test_one_transaction_in_two_blocks_is_two_events_and_in_one_block_one():
    tx = own_transaction()
    moved = msgspec.structs.replace(
        tx, receipt=msgspec.structs.replace(tx.receipt, block_hash=block_hash(2), block_number=2)
    )
    assert in_chain_order([moved, tx, tx]) == [tx, moved]


def test_moves_that_cancel_leave_nothing():
    moves = [Move("a", WETH, 5), Move("a", WETH, -5), Move("a", USDC, 1)]
    assert sum_moves(moves) == (Move("a", USDC, 1),)
