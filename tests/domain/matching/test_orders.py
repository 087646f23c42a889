"""An order is a row of its base and one of its quote, whatever came of it and in how many parts."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.matching.orders import (
    fills_by_order,
    heard_orders,
    is_base,
    listed_rows,
    markets_of,
    order_sides,
    taken_back,
)
from tests.kit.books import PAPER_ACCOUNT, World
from tests.kit.facts import PAPER_ETH, PAPER_USDC

_PARTS = st.lists(
    st.tuples(st.integers(1, 99), st.integers(1, 99), st.integers(0, 9)), min_size=1, max_size=20
)


def _sides(world: World):
    journal, exchange, _ = world.sources()
    fills = fills_by_order(exchange.fills)
    return order_sides(
        heard_orders(journal, fills), markets_of(exchange.fills), taken_back(exchange.lines)
    )


def _traded(side: str, parts: list[tuple[int, int, int]]) -> World:
    world = World()
    world.order(world.plan("cex_dex", ()), side, parts)
    return world


@given(st.sampled_from(["buy", "sell"]), _PARTS)
def test_however_many_fills_an_order_has_both_sides_tell_it_alike(side: str, parts: list):
    sides = _sides(_traded(side, parts))
    base, quote, fee = (sum(part[at] for part in parts) for at in range(3))
    sign = 1 if side == "buy" else -1
    for told in (sides.left, sides.right):
        assert [(r.asset, r.amount_units, r.fee_units) for r in told.values()] == [
            (PAPER_ETH, sign * base, 0),
            (PAPER_USDC, -sign * quote, fee),
        ]
    assert [is_base(row) for row in sides.left.values()] == [True, False]
    assert {len(ids) for ids in sides.made_of.values()} == {len(parts)}


def test_what_the_loop_heard_nothing_of_has_no_row():
    world = _traded("buy", [(1, 2, 0)])
    world.order_answers.clear()
    sides = _sides(world)
    assert (len(sides.left), len(sides.right)) == (0, 2)


def test_what_the_exchange_lists_nothing_of_has_no_row():
    assert listed_rows("o", []) == []
    world = _traded("buy", [(1, 2, 0)])
    world.fills.clear()
    sides = _sides(world)
    assert (len(sides.left), len(sides.right)) == (2, 0)


def test_of_a_bust_the_loop_heard_of_what_is_left_of_the_base_is_told():
    world = _traded("buy", [(10, 20, 1)])
    world.statement("adjustment", world.fills[0].trade_id, PAPER_ETH, -4, 0)
    world.order_answers[0] = msgspec.structs.replace(world.order_answers[0], filled_base_units=6)
    sides = _sides(world)
    for told in (sides.left, sides.right):
        assert [(row.account, row.amount_units) for row in told.values()] == [(PAPER_ACCOUNT, 6)]
