"""A fee paid in a third asset: what it was worth is a cost of the trade, and the asset is gone.

The same money counts once on each side: as fee of the trade (so by the book's policy basis, less
proceeds, or a line) and as proceeds of disposing of the asset that paid. Fees in the book currency
need none of this.
"""

from __future__ import annotations

import msgspec

from domain.errors import InputRefused
from domain.lots.types import Fact, Kind


def paid_in(
    trade: Fact, asset: str, quantity_units: int, value_units: int, *, price_units: int = 0
) -> tuple[Fact, Fact]:
    """Split a trade whose fee was paid in an asset into the trade with its cost, and the disposal.

    Args:
        trade: A purchase, sale or move.
        asset: What paid; it may be what was traded.
        quantity_units: How much of it; positive.
        value_units: What that was worth when it was paid.
        price_units: Of the asset; needed only where shorts are ranked by price.

    Returns:
        The trade, its fee raised by the value, and the fact that uses up lots of the asset.

    Raises:
        InputRefused: The quantity is not positive; a rebate is an acquisition.
    """
    if quantity_units <= 0:
        raise InputRefused("book a rebate in an asset as an acquisition", id=trade.id)
    spent = Fact(
        trade.time_ns,
        Kind.FEE,
        asset,
        quantity_units,
        value_units,
        price_units=price_units,
        wallet=trade.wallet,
        id=trade.id,
    )
    return msgspec.structs.replace(trade, fee_units=trade.fee_units + value_units), spent
