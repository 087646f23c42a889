"""How far roundings can push what a pool pays away from a smooth, concave curve.

Every family's curve is concave: each further unit sold pays less. A contract computes it in whole
numbers, so what it pays lies within a few units below that curve, or above it where a fee is
rounded down. A search for the best size has to look past as much as that may hide, and may stop
where it has looked further. Each bound is what a contract's roundings add up to, or more.
"""

from __future__ import annotations

from domain.amm.balancer_weighted import Weighted
from domain.amm.concentrated import Concentrated, Swapped
from domain.amm.curve_stableswap import PRECISION, StableSwap
from domain.amm.pool import Pool
from domain.amm.solidly import ONE, Solidly
from domain.amm.tick_math import Q96
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4
from domain.cycles.ladder import BASE, Ladder

_WORD = 256
_POWER_ERROR = 10**14
_NEWTON = 8
"""Units of 18 decimals within which the stableswap solver stops, its fee and one kept included."""
_BUY_ROUNDINGS = 4
"""Quote units a buy at a book leaves unspent at most: two kept, the fee, and the last cost."""


def slack_units(pool: Pool, sold: int, bought: int, units: int) -> float | None:
    """Bound the roundings of a swap of about this size.

    Returns:
        The bound, in units of the coin bought and with fractions of one, of which a whole one is
        the floor at the end; ``None`` for a pool of a family that has no bound.

    Raises:
        Refused: The contract would revert at this size.
    """
    match pool:
        case UniswapV2() | Ladder():
            return _book_slack(pool, sold, bought) if isinstance(pool, Ladder) else 1.0
        case UniswapV3() | UniswapV4():
            done = pool.swapped(sold, bought, units)
            return _walk_slack(pool.curve, done, zero_for_one=sold == 0)
        case Solidly():
            return 1 + pool.spot_rate(sold, bought) + _solver_slack(pool, sold, bought)
        case StableSwap():
            return 1 + _NEWTON * PRECISION / pool.rates[bought]
        case Weighted():
            return 2 + pool.spot_rate(sold, bought) + 4 * pool.balances[bought] / _POWER_ERROR
        case _:
            return None


def lot_slack_units(pool: Pool, sold: int) -> float:
    """Give the part of the slack that is the lot of a book that is sold to, in quote units.

    Amounts that are counted in lots do not lose it.
    """
    if isinstance(pool, Ladder) and sold == BASE:
        return pool.lot_units * pool.spot_rate(sold, 1 - BASE)
    return 0.0


def _book_slack(book: Ladder, sold: int, bought: int) -> float:
    """Count a sale's two floors and its lot, or a purchase's lot and what stays unspent."""
    if sold == BASE:
        return 2 + lot_slack_units(book, sold)
    return book.lot_units + _BUY_ROUNDINGS * book.spot_rate(sold, bought)


def _walk_slack(curve: Concentrated, done: Swapped, *, zero_for_one: bool) -> float:
    """Count steps: each loses an output, two inputs, and the last place of its price."""
    low, high = sorted((curve.tick, done.tick))
    crossed = sum(low < tick <= high for tick, _ in curve.ticks)
    words = high // curve.tick_spacing // _WORD - low // curve.tick_spacing // _WORD
    price, liquidity = done.sqrt_price_x96, max(curve.liquidity, done.liquidity)
    by_price = liquidity / Q96 if zero_for_one else liquidity * Q96 / price**2
    spot = (price / Q96) ** 2
    rate = (curve.sqrt_price_x96 / Q96) ** 2 if zero_for_one else 1 / spot
    return (1 + crossed + words) * (1 + 2 * by_price + 2 * rate)


def _solver_slack(pool: Solidly, sold: int, bought: int) -> float:
    """Bound what the stable curve's truncated products and its solver lose."""
    if not pool.is_stable:
        return 0.0
    x, y = (pool.reserves[coin] / pool.scales[coin] for coin in (sold, bought))
    lost = (x * x + y * y + x * y + 2) / max(3 * x * y * y + x * x * x, 1e-300)
    return (2 + 4 * lost) * pool.scales[bought] / ONE
