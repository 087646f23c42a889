"""Powers of 18-decimal numbers, to the last digit of Balancer's LogExpMath.

x^y is computed as e^(y·ln x). Both functions split their argument by powers of e whose exponents
are powers of two, and finish the small rest with a series: at 20 decimals, or at 36 for logarithms
of numbers near 1. The digits kept, the order of the factors and the length of the series are the
contract's, because each shows in the last digits.

Contract: LogExpMath (balancer-v2-monorepo, pkg/solidity-utils). What a pool does with a power does
not belong here (:mod:`domain.amm.balancer_weighted`).
"""

from __future__ import annotations

from domain.amm.words import toward_zero
from domain.errors import InputRefused

ONE = 10**18
_ONE_20 = 10**20
_ONE_36 = 10**36
_LARGEST_EXPONENT = 130 * ONE
_SMALLEST_EXPONENT = -41 * ONE
_NEAR_ONE = ONE // 10
_MILD_EXPONENT = (1 << 254) // _ONE_20
_EXP_TERMS = 12
_LN_TERMS = 6
_LN_36_TERMS = 8

_WHOLE_POWERS = (
    (128 * ONE, 38877084059945950922200000000000000000000000000000000000),
    (64 * ONE, 6235149080811616882910000000),
)
"""(n, e^n) at 18 decimals and at none: too large for more."""

_POWERS = (
    (32 * _ONE_20, 7896296018268069516100000000000000),
    (16 * _ONE_20, 888611052050787263676000000),
    (8 * _ONE_20, 298095798704172827474000),
    (4 * _ONE_20, 5459815003314423907810),
    (2 * _ONE_20, 738905609893065022723),
    (_ONE_20, 271828182845904523536),
    (_ONE_20 // 2, 164872127070012814685),
    (_ONE_20 // 4, 128402541668774148407),
    (_ONE_20 // 8, 113314845306682631683),
    (_ONE_20 // 16, 106449445891785942956),
)
"""(n, e^n) at 20 decimals; the contract's own digits, which a test derives."""
_POWERS_OF_EXP = _POWERS[:8]


def power(base: int, exponent: int) -> int:
    """Compute base^exponent, all at 18 decimals.

    Raises:
        InputRefused: An argument or the result is outside what the contract computes.

    Source:
        LogExpMath.pow.
    """
    if not exponent:
        return ONE
    if not base:
        return 0
    if base >> 255 or exponent >= _MILD_EXPONENT:
        raise InputRefused("this power is out of the contract's bounds (X or Y_OUT_OF_BOUNDS)")
    if ONE - _NEAR_ONE < base < ONE + _NEAR_ONE:
        whole = _ln_36(base)
        high = toward_zero(whole, ONE)
        product = high * exponent + toward_zero((whole - high * ONE) * exponent, ONE)
    else:
        product = _ln(base) * exponent
    product = toward_zero(product, ONE)
    if not _SMALLEST_EXPONENT <= product <= _LARGEST_EXPONENT:
        raise InputRefused("this power is out of the contract's bounds (PRODUCT_OUT_OF_BOUNDS)")
    return natural_power(product)


def natural_power(exponent: int) -> int:
    """Compute e^exponent at 18 decimals, for an exponent the contract accepts.

    Source:
        LogExpMath.exp.
    """
    if exponent < 0:
        return ONE * ONE // natural_power(-exponent)
    whole = 1
    for step, factor in _WHOLE_POWERS:
        if exponent >= step:
            exponent, whole = exponent - step, factor
            break
    rest, product = exponent * 100, _ONE_20
    for step, factor in _POWERS_OF_EXP:
        if rest >= step:
            rest, product = rest - step, product * factor // _ONE_20
    total = term = _ONE_20
    for count in range(1, _EXP_TERMS + 1):
        term = rest if count == 1 else term * rest // _ONE_20 // count
        total += term
    return product * total // _ONE_20 * whole // 100


def _ln(value: int) -> int:
    """Compute a logarithm at 18 decimals (`_ln`)."""
    if value < ONE:
        return -_ln(ONE * ONE // value)
    total = 0
    for step, factor in _WHOLE_POWERS:
        if value >= factor * ONE:
            value, total = value // factor, total + step
    value, total = value * 100, total * 100
    for step, factor in _POWERS:
        if value >= factor:
            value, total = value * _ONE_20 // factor, total + step
    return (total + _series(value, _ONE_20, _LN_TERMS)) // 100


def _ln_36(value: int) -> int:
    """Compute the logarithm of a number near 1 at 36 decimals (`_ln_36`)."""
    return _series(value * ONE, _ONE_36, _LN_36_TERMS)


def _series(value: int, one: int, terms: int) -> int:
    """Sum 2·(z + z³/3 + z⁵/5 + …) for z = (value - 1) / (value + 1)."""
    z = toward_zero((value - one) * one, value + one)
    squared = z * z // one
    total = numerator = z
    for count in range(1, terms):
        numerator = toward_zero(numerator * squared, one)
        total += toward_zero(numerator, 2 * count + 1)
    return 2 * total
