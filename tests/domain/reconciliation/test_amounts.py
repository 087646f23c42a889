"""Amounts of one event that differ: by which cause, and always to the unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation.amounts import amount_findings, is_related, power_of_ten
from domain.reconciliation.rules import Rules
from tests.kit.reconciling import row

TAXED = Rules(transfer_tax_bps={"BTC": 250}, dust_units={"BTC": 3})


def found(mine, theirs, rules=TAXED, **fees):
    left, right = row("l", mine, **fees), row("r", theirs)
    return [
        (one.cause.value, one.amount_units) for one in amount_findings(left, right, mine, rules)
    ]


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (7_001, -7_001, [("SIDE", -14_002)]),
        (7_001, 7_001 * 10**12, [("DECIMALS", 7_001 * (10**12 - 1))]),
        (7_001_000, 7_001, [("DECIMALS", 7_001 - 7_001_000)]),
        (10_001, 9_751, [("FEE_ON_TRANSFER", -250)]),
        (7_001, 7_004, [("DUST", 3)]),
        (7_001, 7_005, [("QTY", 4)]),
        (10_001, -9_751, [("SIDE", -20_002), ("FEE_ON_TRANSFER", 250)]),
    ],
)
def test_a_difference_has_the_cause_that_makes_it_exactly(mine, theirs, expected):
    assert found(mine, theirs) == expected


def test_a_fee_counted_into_the_amount_is_told_as_the_fee():
    assert found(7_001, 6_901, fee_asset="BTC", fee_units=100) == [("FEE_AMOUNT", -100)]


def test_a_fee_that_both_state_and_one_counts_into_the_amount_is_told_as_the_fee_once():
    fee = {"fee_asset": "BTC", "fee_units": 100}
    left, right = row("l", 7_001, **fee), row("r", 6_901, **fee)
    (told,) = amount_findings(left, right, 7_001, Rules())
    assert (told.cause.value, told.amount_units) == ("FEE_AMOUNT", -100)


def test_two_causes_that_fit_equally_well_are_refused():
    assert found(10_001, 9_751, fee_asset="BTC", fee_units=250) == [("UNEXPLAINED", -250)]


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_the_parts_always_sum_to_the_difference(mine, theirs):
    if mine != theirs:
        assert sum(amount for _, amount in found(mine, theirs)) == theirs - mine


@given(st.integers(1, 2**255), st.integers(1, 30))
def test_a_power_of_ten_is_found_both_ways(units, places):
    assert power_of_ten(units, units * 10**places) == places
    assert power_of_ten(-units * 10**places, -units) == -places
    assert power_of_ten(units, -units * 10**places) == 0
    assert is_related(units, -units * 10**places)
