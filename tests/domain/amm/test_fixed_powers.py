"""Powers at 18 decimals: near the true ones, their constants derived, their bounds kept."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amm.fixed_powers import _POWERS, _WHOLE_POWERS, ONE, natural_power, power
from domain.errors import InputRefused

bases = st.one_of(
    st.integers(ONE // 10**6, ONE * 10**6), st.integers(ONE * 9 // 10, ONE * 11 // 10)
)


def true_power(base: int, exponent: int) -> Decimal:
    with localcontext(prec=60):
        return (Decimal(base) / ONE) ** (Decimal(exponent) / ONE) * ONE


@given(bases, st.integers(1, 3 * ONE))
def test_a_power_is_true_to_fourteen_digits(base, exponent):
    true = true_power(base, exponent)
    assert abs(power(base, exponent) - true) <= true / 10**14 + 1


def test_the_constants_are_powers_of_e_with_the_digits_the_contract_keeps():
    with localcontext(prec=80):
        for step, factor in _POWERS:
            true = (Decimal(step) / 10**20).exp() * 10**20
            assert abs(factor - true) <= true / 10**19
        for step, factor in _WHOLE_POWERS:
            true = (Decimal(step) / ONE).exp()
            assert abs(factor - true) <= true / 10**18


@given(st.integers(0, 40 * ONE))
def test_a_negative_exponent_is_one_over_the_positive(exponent):
    assert natural_power(-exponent) == ONE * ONE // natural_power(exponent)


def test_nothing_to_the_nothing_is_one_and_nothing_else_is():
    assert power(0, 0) == power(5 * ONE, 0) == ONE
    assert power(0, 7) == 0


@pytest.mark.parametrize(
    ("base", "exponent"),
    [(1 << 255, ONE), (ONE, 1 << 254), (10**9 * ONE, 10 * ONE), (1, 10 * ONE)],
)
def test_what_the_contract_cannot_compute_is_refused(base, exponent):
    with pytest.raises(InputRefused):
        power(base, exponent)
