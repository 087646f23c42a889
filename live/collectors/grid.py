"""The steps a pair's prices and sizes are written in, and whether what is heard is on them.

Readers are told integers of these steps (v2) and of 10^-8 (v1). So a number that is finer, or so
large that no message can carry it, is refused here with its reason instead of being rounded. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext
from typing import NamedTuple

from msgspec.structs import replace

from domain.market.level import Level
from domain.market.reason import Reason
from domain.market.word import BookSaid, Unread

V1_DIGITS = 8
"""v1 carries numbers as integers of 10^-8 ..."""
_LIMIT = Decimal(2**63).scaleb(-V1_DIGITS)
"""... in 64 bits, of which one is left to whoever adds up a few."""
_PRECISION = 100


class Digits(NamedTuple):
    """How many decimals a pair's prices and sizes are written with."""

    price: int
    size: int


def digits_of(price_tick: str, lot: str) -> Digits:
    """Read from a pair's smallest steps how many decimals its numbers have."""
    return Digits(*(-int(Decimal(step).as_tuple().exponent) for step in (price_tick, lot)))


def on_grid(said: BookSaid, digits: Digits, *, is_padded: bool) -> BookSaid | Unread:
    """Hold a message to the steps of its pair.

    Args:
        said: The message.
        digits: Of its pair.
        is_padded: Write every number with all digits of its pair, as the venue's checksum has it,
            whatever was left out on the way. Otherwise digits stay as sent.

    Returns:
        The message, or why its numbers are none of this pair.
    """
    with localcontext(prec=_PRECISION):
        bids, asks = (_padded(levels, digits) for levels in (said.bids, said.asks))
    for levels in (bids, asks):
        if isinstance(levels, Reason):
            return Unread(said.key, levels)
    return replace(said, bids=bids, asks=asks) if is_padded else said


def _padded(levels: Iterable[Level], digits: Digits) -> tuple[Level, ...] | Reason:
    price_step, size_step = (Decimal(1).scaleb(-decimals) for decimals in digits)
    padded: list[Level] = []
    for price, size in levels:
        if price >= _LIMIT or size >= _LIMIT:
            return Reason.TOO_LARGE
        level = Level(price.quantize(price_step), size.quantize(size_step))
        if level != (price, size):
            return Reason.OFF_GRID
        padded.append(level)
    return tuple(padded)
