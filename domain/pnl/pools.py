"""What a pool's state says a coin is worth: its spot before fee and size, in book currency.

Exact from reserves or from the root of a price, rounded down as what is held is valued. Only a pool
of something against the book currency says so directly; others say nothing here.
"""

from __future__ import annotations

import msgspec

from domain.desk import BOOK_CURRENCY, DeskCard, Pool
from domain.market.price import SELL, price_e6

Q192 = 2**192


class PoolShown(msgspec.Struct, frozen=True):
    """A pool's state from an instant on; fields of the other kind of pool are 0."""

    venue: str
    at_ns: int
    reserve0: int = 0
    reserve1: int = 0
    sqrt_price_x96: int = 0


def quote_of(card: DeskCard, shown: PoolShown) -> tuple[int, str, int] | None:
    """Give instant, underlying and price in millionths, or None where the state has no such price.

    Args:
        card: The desk, whose pool it is.
        shown: The state.
    """
    pool = next(one for one in card.chain.pools if one.venue == shown.venue)
    amount0, amount1 = _ratio(pool, shown)
    token0, token1 = card.asset(pool.token0), card.asset(pool.token1)
    if token1.underlying == BOOK_CURRENCY:
        base, quote, numerator, denominator = token0, token1, amount1, amount0
    elif token0.underlying == BOOK_CURRENCY:
        base, quote, numerator, denominator = token1, token0, amount0, amount1
    else:
        return None
    if not numerator or not denominator:
        return None
    price = price_e6(
        SELL,
        numerator,
        denominator,
        base_decimals=base.decimals,
        quote_decimals=quote.decimals,
    )
    return shown.at_ns, base.underlying, price


def _ratio(pool: Pool, shown: PoolShown) -> tuple[int, int]:
    """Give amounts of token 0 and token 1 that are worth the same, in base units."""
    if pool.kind == "v3":
        return Q192 if shown.sqrt_price_x96 else 0, shown.sqrt_price_x96**2
    return shown.reserve0, shown.reserve1
