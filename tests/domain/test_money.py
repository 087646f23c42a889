"""Amounts: exact, never without their asset, crossing into text and back at a stated rounding."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused, UnitMismatch
from domain.money import (
    Money,
    exact_units,
    from_units,
    plain_text,
    split_by_largest_remainder,
    to_units,
    value_usd_e24,
)

amounts = st.integers(-(2**256), 2**256)
decimals = st.integers(0, 18)


@given(amounts, decimals)
def test_what_is_written_is_read_back_to_the_last_digit(units, places):
    assert exact_units(from_units(units, places), places) == units


@given(amounts, decimals)
def test_what_is_written_is_a_plain_decimal_number(units, places):
    written = from_units(units, places)
    assert Fraction(written) == Fraction(units, 10**places)
    assert "e" not in written.lower()


@pytest.mark.parametrize(
    ("rounding", "units"), [(ROUND_DOWN, 1), (ROUND_UP, 2), (ROUND_HALF_EVEN, 2)]
)
def test_a_crossing_rounds_as_it_was_told(rounding, units):
    assert to_units("1.5", 0, rounding=rounding) == units


def test_a_digit_that_would_be_lost_is_refused():
    assert exact_units("1.50", 1) == 15
    with pytest.raises(InputRefused):
        exact_units("1.55", 1)


@given(
    st.one_of(
        st.from_regex(r"-?[0-9]{1,30}(\.[0-9]{0,30})?", fullmatch=True),
        st.from_regex(r"[-+]?[0-9]{1,6}(\.[0-9]{0,6})?(E-?[0-9])?", fullmatch=True),
    ),
    decimals,
)
def test_a_number_written_or_held_is_its_exact_units_or_refused(text, places):
    units = Fraction(Decimal(text)) * 10**places
    for said in (text, Decimal(text)):
        if units.denominator == 1:
            assert exact_units(said, places) == units
        else:
            with pytest.raises(InputRefused):
                exact_units(said, places)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "1,5", "--1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InputRefused):
        to_units(text, 6, rounding=ROUND_DOWN)


@given(st.integers(0, 2**256 - 1))
def test_a_uint256_survives_decimal(units):
    assert to_units(Decimal(units), 0, rounding=ROUND_DOWN) == units


@given(amounts, amounts)
def test_amounts_of_one_asset_add_and_subtract(left, right):
    a, b = Money(left, "x"), Money(right, "x")
    assert (a + b) - b == a
    assert -a + a == Money(0, "x")


def test_amounts_of_two_assets_never_meet():
    for meet in (Money.__add__, Money.__sub__):
        with pytest.raises(UnitMismatch):
            meet(Money(1, "eth"), Money(1, "weth"))


@given(amounts, decimals, st.integers(0, 10**15))
def test_a_value_is_quantity_times_mark_exactly(units, places, mark_e6):
    value = value_usd_e24(units, places, mark_e6)
    assert Fraction(value, 10**24) == Fraction(units, 10**places) * Fraction(mark_e6, 10**6)


@given(amounts, amounts, decimals, st.integers(0, 10**15))
def test_values_of_parts_sum_to_the_value_of_the_whole(left, right, places, mark_e6):
    parts = value_usd_e24(left, places, mark_e6) + value_usd_e24(right, places, mark_e6)
    assert parts == value_usd_e24(left + right, places, mark_e6)


@pytest.mark.parametrize("places", [-1, 19])
def test_an_asset_whose_value_would_not_be_whole_is_refused(places):
    with pytest.raises(InputRefused):
        value_usd_e24(1, places, 1)


weights = st.lists(st.integers(0, 10**20), min_size=1, max_size=8).filter(sum)


@given(st.integers(-(10**30), 10**30), weights)
def test_shares_sum_to_the_whole_and_are_off_by_less_than_one(total, shares):
    parts = split_by_largest_remainder(total, shares)
    assert sum(parts) == total
    for part, weight in zip(parts, shares, strict=True):
        assert abs(part - Fraction(total * weight, sum(shares))) < 1


def test_a_tie_goes_to_the_earlier():
    assert split_by_largest_remainder(1, [1, 1]) == [1, 0]


@pytest.mark.parametrize("shares", [[], [0, 0], [-1, 3]])
def test_weights_that_share_nothing_are_refused(shares):
    with pytest.raises(InputRefused):
        split_by_largest_remainder(10, shares)


def test_equality_is_exact_and_of_one_asset():
    assert Money(1, "x") != Money(1, "y")


@given(units=amounts.filter(bool), places=decimals)
def test_a_decimal_is_written_as_the_text_it_was_read_from(units: int, places: int):
    written = from_units(units, places)
    assert plain_text(Decimal(written)) == plain_text(written) == written
