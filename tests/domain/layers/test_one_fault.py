"""Whatever single thing goes wrong in a traded day, the money of the roots is the money of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from domain.layers.following import follows, roots_of
from tests.kit.books import World, cex_dex
from tests.kit.desk_day import a_traded_world
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WALLET, WETH
from tests.kit.layered import breaks_of
from tests.kit.world_names import PAPER_ACCOUNT

Money = dict[str, int]
Fault = Callable[[World], Money]
"""Makes something go wrong, and says whose money, and how much, is in question."""


def _fill_money(world: World, at: int) -> Money:
    fill = world.fills[at]
    return {PAPER_ETH: fill.base_units, PAPER_USDC: fill.quote_units - fill.fee_units}


def _drop_lines(world: World, trade_id: str) -> None:
    world.lines = [line for line in world.lines if line.ref_id != trade_id]


def a_fill_is_forgotten_with_its_lines(at: int) -> Fault:
    def fault(world: World) -> Money:
        money = _fill_money(world, at)
        _drop_lines(world, world.fills.pop(at).trade_id)
        return money

    return fault


def a_fill_is_forgotten_alone(world: World) -> Money:
    money = _fill_money(world, 0)
    world.fills.pop(0)
    return money


def a_part_of_an_order_is_forgotten_alone(world: World) -> Money:
    parts = [(10**10, 3_003 * 10**8, 3 * 10**8), (10**10, 3_002 * 10**8, 3 * 10**8)]
    cex_dex(world, 2 * 10**10, 5_990 * 10**6, parts)
    money = _fill_money(world, -1)
    world.fills.pop()
    return money


def the_lines_of_a_fill_are_forgotten(world: World) -> Money:
    _drop_lines(world, world.fills[0].trade_id)
    return _fill_money(world, 0)


def a_fill_is_made_up(world: World) -> Money:
    world.fills.append(msgspec.structs.replace(world.fills[-1], trade_id="again"))
    return _fill_money(world, -1)


def a_line_says_less_and_the_balance_with_it(world: World) -> Money:
    asset = world.lines[0].asset
    for at, line in enumerate(world.lines):
        if line.asset == asset:
            world.lines[at] = msgspec.structs.replace(
                line,
                units=line.units - (7 if at == 0 else 0),
                balance_after_units=line.balance_after_units - 7,
            )
    world.held[PAPER_ACCOUNT, asset] -= 7
    return {asset: 7}


def more_is_held(account_of: str, asset: str, units: int) -> Fault:
    def fault(world: World) -> Money:
        (account,) = {
            name for name, held in world.held if held == asset and account_of in name.lower()
        }
        world.held[account, asset] += units
        return {asset: units}

    return fault


def a_transaction_is_not_read(world: World) -> Money:
    lost = world.mined.pop(0).receipt
    return {ETH: lost.gas_used * lost.effective_gas_price_wei, USDC: 21 * 10**6}


def gas_is_misread(world: World) -> Money:
    tx = world.mined[0]
    off = msgspec.structs.replace(tx.receipt, gas_used=tx.receipt.gas_used - 7)
    world.mined[0] = msgspec.structs.replace(tx, receipt=off)
    return {ETH: 7 * off.effective_gas_price_wei}


def the_loop_heard_less(world: World) -> Money:
    answer = world.order_answers[-1]
    world.order_answers[-1] = msgspec.structs.replace(
        answer, filled_base_units=answer.filled_base_units - 5
    )
    return {PAPER_ETH: 5}


FAULTS: dict[str, Fault] = {
    "first fill and lines gone": a_fill_is_forgotten_with_its_lines(0),
    "middle fill and lines gone": a_fill_is_forgotten_with_its_lines(1),
    "last fill and lines gone": a_fill_is_forgotten_with_its_lines(-1),
    "fill gone": a_fill_is_forgotten_alone,
    "part of an order gone": a_part_of_an_order_is_forgotten_alone,
    "lines gone": the_lines_of_a_fill_are_forgotten,
    "fill made up": a_fill_is_made_up,
    "line and balance less": a_line_says_less_and_the_balance_with_it,
    "one unit more at the exchange": more_is_held("paper", PAPER_ETH, 1),
    "money more at the exchange": more_is_held("paper", PAPER_USDC, 12_345),
    "token more in the wallet": more_is_held(WALLET[2:].lower(), WETH, 3),
    "transaction not read": a_transaction_is_not_read,
    "gas misread": gas_is_misread,
    "loop heard less": the_loop_heard_less,
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_money_of_the_roots_is_the_money_of_the_fault(name: str):
    world = a_traded_world()
    money = FAULTS[name](world)
    found = breaks_of(world)
    roots = roots_of(found, {one.asset: one for one in world.card.assets})
    counted: Money = {}
    for one in found:
        if one.asset and not follows(roots, one.break_id):
            counted[one.asset] = counted.get(one.asset, 0) + abs(one.amount_units or 0)
    assert counted == money


def test_a_day_without_a_fault_has_nothing_to_count():
    assert breaks_of(a_traded_world()) == []
