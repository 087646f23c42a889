"""A price with what rests there, every digit as the venue wrote it, and the one way in for both.

A `Decimal` made from plain decimal text gives that text back, trailing zeros included, so the
venue's checksum can be taken over it; yet comparisons are numeric and exact. Text that would not
come back the same (exponents, signs, spaces, NaN) is no number of a book and is refused here.

What levels become when they are put together is in :mod:`domain.market.book`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple, cast

from domain.market.reason import Reason

BID = 0
ASK = 1

_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?")
"""Forty digits a part hold every uint128 in every unit; longer text is no price and no size."""


class Level(NamedTuple):
    """One price with what rests there, digits as sent; in a change a size of 0 means gone."""

    price: Decimal
    size: Decimal


class Change(NamedTuple):
    """One level as it is now: `side` is BID or ASK, and a `size` of 0 means the level is gone."""

    side: int
    price: Decimal
    size: Decimal


def levels_of(rows: Any, *, may_be_gone: bool) -> tuple[Level, ...] | Reason:  # noqa: ANN401 (JSON)
    """Read levels as a venue lists them.

    Args:
        rows: ``[[price, size, ...], ...]``, both as text or whole numbers; what follows the size
            (orders, times) is left alone.
        may_be_gone: A size of 0 is an answer (the level is gone), as in a change.

    Returns:
        The levels in the order given, or why they are none.
    """
    try:
        levels = tuple([_level(row) for row in rows])
    except (TypeError, ValueError, LookupError):
        return _fault(rows)
    if not all(level.price for level in levels):
        return Reason.PRICE_NOT_POSITIVE
    if not may_be_gone and not all(level.size for level in levels):
        return Reason.SIZE_NOT_POSITIVE
    return levels


def _level(row: Any) -> Level:  # noqa: ANN401 (JSON)
    if isinstance(row, str):  # text has first and second parts too
        raise TypeError(row)
    return Level(number_of(row[0]), number_of(row[1]))


def number_of(text: Any) -> Decimal:  # noqa: ANN401 (JSON)
    """Read one number of a book, not negative, so that `written` gives its text back.

    Raises:
        TypeError: It is neither text nor a whole number; a float has lost its digits already.
        ValueError: It is not written as a plain decimal.
    """
    plain: str = str(text) if type(text) is int else text
    if not _PLAIN.fullmatch(plain):
        raise ValueError(plain)
    return Decimal(plain)


def written(number: Decimal) -> str:
    """Write a number with the digits it was sent with."""
    text = str(number)
    return text if "E" not in text else format(number, "f")


def joined(levels: Iterable[Level], separator: str) -> str:
    """Write levels with the digits they were sent with: price, size, price, size, ..."""
    numbers = list(chain.from_iterable(levels))
    text = separator.join(map(str, numbers))
    return text if "E" not in text else separator.join(map(written, numbers))


def _fault(rows: Any) -> Reason:  # noqa: ANN401 (JSON)
    """Name what is wrong with rows that could not be read."""
    listed = cast("list[Any]", rows) if isinstance(rows, list) else []
    for row in listed:
        cells = cast("Sequence[Any]", row)[:2] if isinstance(row, list | tuple) else ()
        for cell, reason in zip(cells, _SIGNED, strict=False):
            if str(cell).startswith("-"):
                return reason
    return Reason.NOT_A_NUMBER


_SIGNED = (Reason.PRICE_NOT_POSITIVE, Reason.SIZE_NOT_POSITIVE)
