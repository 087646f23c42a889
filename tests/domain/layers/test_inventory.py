"""Lots and holdings are one quantity an underlying, or the difference is told to the last digit."""

from __future__ import annotations

import msgspec
import pytest

from domain.layers.inventory import stock
from tests.kit.books import World
from tests.kit.facts import PAPER_ETH, WETH, a_card
from tests.kit.world_names import OPENING

ASSETS = {one.asset: one for one in a_card().assets}
WHOLE_E18 = 10**18


def test_lots_equal_holdings_however_many_decimals_each_has():
    claims = World().claims(OPENING)
    lots = [("ETH", 150 * WHOLE_E18), ("ETH", 50 * WHOLE_E18)]
    (row,) = stock(lots, claims, ASSETS)
    assert (row.lots, row.lots_e18, row.stated_e18) == (2, 200 * WHOLE_E18, 200 * WHOLE_E18)
    assert (row.difference_e18, row.stated_by) == (0, "chain+exchange")


@pytest.mark.parametrize(("asset", "one_unit_e18"), [(WETH, 1), (PAPER_ETH, 10**8)])
def test_one_base_unit_of_a_holding_is_a_difference(asset: str, one_unit_e18: int):
    held = {key: units + (key[1] == asset) for key, units in OPENING.items()}
    (row,) = stock([("ETH", 200 * WHOLE_E18)], World().claims(held), ASSETS)
    assert row.difference_e18 == one_unit_e18


def test_a_holding_nobody_stated_makes_the_whole_of_it_unknown():
    claims = World().claims(OPENING)
    claims[0] = msgspec.structs.replace(claims[0], asset=WETH, units=None)
    (row,) = stock([("ETH", 1)], claims, ASSETS)
    assert (row.stated_e18, row.difference_e18) == (None, None)


def test_lots_of_what_nobody_holds_and_holdings_without_lots_are_differences():
    short, idle = stock([("BTC", -3)], World().claims(OPENING), ASSETS)
    assert (short.underlying, short.difference_e18) == ("BTC", 3)
    assert (idle.underlying, idle.lots, idle.difference_e18) == ("ETH", 0, 200 * WHOLE_E18)
