"""Money moves with a line for every movement, and no account owes."""

import pytest

from domain.errors import InvariantBroken
from rehearsal.exchange.accounts import OUTSIDE, Accounts


def funded(units=100):
    accounts = Accounts()
    accounts.post(1, OUTSIDE, "deposit", 0, "USDC", -units, 0)
    accounts.post(1, "a", "deposit", 0, "USDC", units, 0)
    return accounts


def test_a_line_carries_the_balance_after_amount_and_fee():
    entry = funded().post(2, "a", "trade", 7, "USDC", -40, 3)
    assert (entry.units, entry.fee_units, entry.balance_units, entry.reference) == (-40, 3, 57, 7)


def test_a_deposit_refers_to_itself():
    entry = Accounts().post(1, "a", "deposit", 0, "USDC", 5, 0)
    assert entry.reference == entry.number


def test_only_the_outside_may_owe():
    with pytest.raises(InvariantBroken):
        funded().post(2, "a", "trade", 1, "USDC", -101, 0)


def test_what_is_held_is_not_available():
    accounts = funded()
    accounts.hold("a", "USDC", 60)
    assert accounts.available_units("a", "USDC") == 40
    accounts.hold("a", "USDC", -60)
    assert accounts.available_units("a", "USDC") == 100


@pytest.mark.parametrize("units", [101, -1])
def test_a_hold_lies_between_nothing_and_the_balance(units):
    with pytest.raises(InvariantBroken):
        funded().hold("a", "USDC", units)


def test_the_total_of_a_currency_is_zero():
    assert funded().total_units("USDC") == 0
