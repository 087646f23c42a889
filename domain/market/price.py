"""Prices as scaled integers: book currency for one whole base asset, in millionths (`*_e6`).

Every rounding here is against the desk: what we pay rounds up, what we get rounds down, so a price
never promises more than the units behind it. Exact amounts always travel beside a price; no amount
is ever computed back from one.
"""

from __future__ import annotations

from domain.errors import InputRefused
from domain.money import MARK_SCALE

BUY = "buy"
SELL = "sell"


def price_e6(
    side: str, numerator: int, denominator: int, *, base_decimals: int, quote_decimals: int
) -> int:
    """Write quote units per base unit as a price of one whole base, rounded against `side`.

    Args:
        side: ``buy`` rounds up, ``sell`` rounds down.
        numerator: Quote base-units ...
        denominator: ... for this many base base-units; positive.
        base_decimals: Of the asset bought or sold.
        quote_decimals: Of the asset it is paid in.

    Raises:
        InputRefused: The side is unknown or nothing was exchanged.
    """
    if side not in {BUY, SELL} or denominator <= 0:
        raise InputRefused("price a buy or a sell of something", side=side, base_units=denominator)
    scaled = numerator * 10 ** (base_decimals + MARK_SCALE)
    divisor = denominator * 10**quote_decimals
    return -(-scaled // divisor) if side == BUY else scaled // divisor


def average_price_e6(
    side: str, base_units: int, base_decimals: int, quote_units: int, quote_decimals: int
) -> int:
    """Give the average price of an exchange of amounts, rounded against `side`."""
    return price_e6(
        side, quote_units, base_units, base_decimals=base_decimals, quote_decimals=quote_decimals
    )
