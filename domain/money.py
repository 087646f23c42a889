"""Amounts: integers in base units, and the few crossings between them and what people read.

In the loop an amount is an `int` with a `NewType`; in the books it is `Money`, which never travels
without its asset. Values in the book currency are integers of 10^-24 (`*_usd_e24`): a mark has six
decimals and a token at most eighteen, so quantity times mark is exact at that scale and sums are
sums of integers. Float appears nowhere in this file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext
from typing import NewType

from domain.errors import InputRefused, UnitMismatch

Units = NewType("Units", int)
"""Base units of a token or of an exchange's currency."""
Wei = NewType("Wei", int)
"""Base units (10^-18) of a chain's native coin."""
UsdE24 = NewType("UsdE24", int)
"""Book currency in 10^-24."""

VALUE_SCALE = 24
MARK_SCALE = 6
MAX_DECIMALS = VALUE_SCALE - MARK_SCALE
DECIMAL38_LIMIT = 10**38
"""What the warehouse's DECIMAL(38,0) cannot reach; such a value is quarantined, never rounded."""

BOOK_MARK_E6 = 10**MARK_SCALE
"""The book currency's own mark."""
WEI_DECIMALS = 18
"""Of every EVM chain's native coin."""
BPS = 10_000
"""Basis points in the whole."""
PIPS = 1_000_000
"""Millionths in the whole, which fees are told in."""

_PRECISION = 120
_PLAIN = re.compile(r"(-?[0-9]+)(?:\.([0-9]*))?")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount that never travels without its asset.

    Args:
        units: Signed base units.
        asset: Asset identity (see :mod:`domain.identity`).
    """

    units: int
    asset: str

    def __add__(self, other: Money) -> Money:
        self._same_asset(other)
        return Money(self.units + other.units, self.asset)

    def __sub__(self, other: Money) -> Money:
        self._same_asset(other)
        return Money(self.units - other.units, self.asset)

    def __neg__(self) -> Money:
        return Money(-self.units, self.asset)

    def _same_asset(self, other: Money) -> None:
        if self.asset != other.asset:
            raise UnitMismatch("add only amounts of one asset", left=self.asset, right=other.asset)


def to_units(display: str | Decimal, decimals: int, *, rounding: str) -> Units:
    """Turn what a venue wrote into base units, at a stated rounding.

    Args:
        display: A decimal number as sent; text keeps every digit.
        decimals: Digits between the display unit and the base unit.
        rounding: One of the `decimal` module's modes; required because 1.5 units do not exist.

    Raises:
        InputRefused: `display` is not a finite number.
    """
    with localcontext() as context:
        context.prec = _PRECISION
        try:
            scaled = Decimal(display).scaleb(decimals)
            return Units(int(scaled.to_integral_value(rounding=rounding)))
        except (ArithmeticError, ValueError) as error:
            raise InputRefused("write an amount as a plain decimal number", got=display) from error


def exact_units(display: str | Decimal, decimals: int) -> Units:
    """Turn what a venue wrote into base units, refusing digits that would be lost.

    Raises:
        InputRefused: `display` is not a finite number, or has more decimals than the asset.
    """
    plain = _PLAIN.fullmatch(plain_text(display))
    if plain and plain.end() <= _PRECISION:
        return _plain_units(plain, decimals)
    units = to_units(display, decimals, rounding=ROUND_DOWN)
    with localcontext() as context:
        context.prec = _PRECISION
        if Decimal(units).scaleb(-decimals) != Decimal(display):
            raise InputRefused(
                "this amount has more digits than its asset", got=display, decimals=decimals
            )
    return units


def plain_text(display: str | Decimal) -> str:
    """Write a decimal number without an exponent; a text stays as it is."""
    return display if isinstance(display, str) else f"{display:f}"


def _plain_units(plain: re.Match[str], decimals: int) -> Units:
    """Count the units of a plain decimal number: a day has a million, and Decimal is slow."""
    whole, rest = plain[1], plain[2] or ""
    if rest[decimals:].strip("0"):
        raise InputRefused(
            "this amount has more digits than its asset", got=plain[0], decimals=decimals
        )
    return Units(int(whole + rest[:decimals].ljust(decimals, "0")))


def from_units(units: int, decimals: int) -> str:
    """Write base units as a plain decimal number, every digit kept, no exponent."""
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(units), 10**decimals)
    return f"{sign}{whole}.{rest:0{decimals}d}" if decimals else f"{sign}{whole}"


def value_usd_e24(units: int, decimals: int, mark_e6: int) -> UsdE24:
    """Value base units at a mark, exactly.

    Args:
        units: Signed base units.
        decimals: Of the asset; at most 18, or the value would not be whole in 10^-24.
        mark_e6: Book currency for one whole asset, in millionths.

    Raises:
        InputRefused: The asset has more than 18 decimals.
    """
    if not 0 <= decimals <= MAX_DECIMALS:
        raise InputRefused("value assets of at most 18 decimals", decimals=decimals)
    return UsdE24(units * mark_e6 * 10 ** (MAX_DECIMALS - decimals))


def split_by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Share an integer by weight so that the parts sum to the whole.

    Ties go to the earlier weight, so reruns agree.

    Raises:
        InputRefused: Weights are empty, negative or all zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise InputRefused("share by weights that are not negative and not all zero")
    floors = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_need = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in by_need[: total - sum(floors)]:
        floors[i] += 1
    return floors
