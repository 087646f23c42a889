"""Words refuse what the EVM refuses, and divisions lean the way they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.words import ceil_div, div, toward_zero, word
from domain.errors import InputRefused

numbers = st.integers(-(10**40), 10**40)
divisors = st.integers(1, 10**20)


@given(st.integers(0, (1 << 256) - 1))
def test_what_fits_a_word_passes_unchanged(value):
    assert word(value) == value


@pytest.mark.parametrize(("value", "bits"), [(1 << 256, 256), (1 << 112, 112), (-1, 256)])
def test_what_leaves_a_word_is_refused(value, bits):
    with pytest.raises(InputRefused):
        word(value, bits)


@given(numbers, divisors)
def test_divisions_lean_down_up_and_toward_zero(numerator, denominator):
    assert div(numerator, denominator) * denominator <= numerator
    assert ceil_div(numerator, denominator) * denominator >= numerator
    assert ceil_div(numerator, denominator) - div(numerator, denominator) in {0, 1}
    toward = toward_zero(numerator, denominator)
    assert toward == (div if numerator >= 0 else ceil_div)(numerator, denominator)


@given(numbers, divisors)
def test_a_signed_division_is_symmetric(numerator, denominator):
    assert toward_zero(-numerator, denominator) == -toward_zero(numerator, denominator)
    assert toward_zero(numerator, -denominator) == -toward_zero(numerator, denominator)


def test_dividing_by_nothing_is_refused():
    for divide in (div, ceil_div):
        with pytest.raises(InputRefused):
            divide(1, 0)
