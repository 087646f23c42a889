"""Capital is known or unknown, reserved once, released once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.risk.inventory import Inventory, needed_units
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card
from tests.kit.trading import a_two_leg, an_atomic


def test_an_asset_never_read_is_unknown_not_zero():
    assert Inventory().free_units(WETH) is None
    assert Inventory({WETH: 0}).free_units(WETH) == 0


@given(st.lists(st.integers(0, 10**30), max_size=6), st.integers(0, 10**31))
def test_releasing_every_reservation_gives_back_the_balance(amounts: list[int], balance: int):
    inventory = Inventory({WETH: balance})
    for number, amount in enumerate(amounts):
        inventory = inventory.reserving(str(number), {WETH: amount})
    assert inventory.free_units(WETH) == balance - sum(amounts)
    for number in range(len(amounts)):
        inventory = inventory.releasing(str(number)).releasing(str(number))
    assert inventory.free_units(WETH) == balance


def test_an_atomic_trade_needs_gas_alone():
    assert needed_units(an_atomic(), a_card(), 150) == {ETH: 10**15}


def test_a_two_leg_trade_needs_what_it_pays_on_each_side_with_a_margin_at_the_exchange():
    buying = needed_units(a_two_leg("buy"), a_card(), 150)
    assert buying == {ETH: 10**15, USDC: 3_009_030_000, PAPER_ETH: 10**10}
    selling = needed_units(a_two_leg("sell"), a_card(), 150)
    assert selling == {ETH: 10**15, WETH: 10**18, PAPER_USDC: 297_000_000_000 * 10_150 // 10_000}


def test_a_new_reading_replaces_only_what_was_read():
    inventory = Inventory({WETH: 1, USDC: 2}).observing({WETH: 5})
    assert (inventory.free_units(WETH), inventory.free_units(USDC)) == (5, 2)
