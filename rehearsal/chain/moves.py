"""How much to swap so that a pool shows a wanted price. Pure, integers, closed form.

A constant-product pool with fee keeps the fee in its reserves. With R the reserve paid in, S the
one paid out, g the share of the input that trades and P the wanted (R + x) / (S - y):

    y = g x S / (R + g x)   and so   (R + x)(R + g x) = P R S

which is a quadratic in x with one positive root as long as P is above R / S.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import msgspec

from domain.money import PIPS

PATIENCE_PIPS = 100
"""Makers let a pool be when it is within 1 bp of the target: the swap would cost more in gas."""


class Move(msgspec.Struct, frozen=True):
    """A swap that brings a pool to its target: sell the base into it, or buy the base from it."""

    sells_base: bool
    amount_in_units: int


def is_near(spot: Fraction, target: Fraction) -> bool:
    """Say whether a price is so near its target that nobody would move it."""
    return abs(spot / target - 1) * PIPS <= PATIENCE_PIPS


def constant_product_move(
    base_reserve_units: int, quote_reserve_units: int, target: Fraction, fee_pips: int
) -> Move | None:
    """Say what swap makes quote reserve over base reserve equal the target.

    Args:
        base_reserve_units: Of the base, in the pool.
        quote_reserve_units: Of the quote, in the pool.
        target: Quote units for one base unit.
        fee_pips: Of the input, kept by the pool.

    Returns:
        None when the pool is near enough already.
    """
    spot = Fraction(quote_reserve_units, base_reserve_units)
    if is_near(spot, target):
        return None
    if target > spot:
        amount = _input_units(quote_reserve_units, base_reserve_units, target, fee_pips)
        return Move(sells_base=False, amount_in_units=amount)
    amount = _input_units(base_reserve_units, quote_reserve_units, 1 / target, fee_pips)
    return Move(sells_base=True, amount_in_units=amount)


def _input_units(paid_in: int, paid_out: int, wanted: Fraction, fee_pips: int) -> int:
    """Solve g x^2 + (1 + g) R x + R^2 - P R S = 0 for x, floored, with everything times 10^6."""
    trades = PIPS - fee_pips
    linear = (PIPS + trades) * paid_in
    beyond = wanted * paid_in * paid_out - paid_in**2
    discriminant = linear**2 + 4 * trades * PIPS * (beyond.numerator // beyond.denominator)
    return max(1, (isqrt(discriminant) - linear) // (2 * trades))
