"""The EVM's whole numbers: unsigned words that refuse to overflow, and divisions with a side.

A contract's checked arithmetic reverts when a value leaves its word, and a quote for an absurd
amount is one of those. Formulas name the places where that can happen by passing values through
:func:`word`; everywhere else Python's integers are the same integers.
"""

from __future__ import annotations

from domain.errors import InputRefused


def word(value: int, bits: int = 256) -> int:
    """Keep a value that fits an unsigned word.

    Raises:
        InputRefused: It does not; the contract reverts there.
    """
    if value < 0:
        raise InputRefused("the contract's subtraction would go below zero; ask for less")
    if value >> bits:
        raise InputRefused(f"a product leaves the contract's {bits}-bit words; ask for less")
    return value


def ceil_div(numerator: int, denominator: int) -> int:
    """Divide and round up.

    Raises:
        InputRefused: The denominator is 0.
    """
    return -div(-numerator, denominator)


def div(numerator: int, denominator: int) -> int:
    """Divide and round down, as the EVM does for unsigned words.

    Raises:
        InputRefused: The denominator is 0, where contracts revert.
    """
    if not denominator:
        raise InputRefused("the contract would divide by zero; the pool is empty")
    return numerator // denominator


def toward_zero(numerator: int, denominator: int) -> int:
    """Divide and drop the fraction, as the EVM does for signed words."""
    quotient = abs(numerator) // abs(denominator)
    return quotient if (numerator < 0) == (denominator < 0) else -quotient
