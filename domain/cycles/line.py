"""A line that lies above what one direction of a pool or book pays: rate, bend and cap.

out(x) <= min(rate·x / (1 + bend·x), cap) for every input x, in base units of both coins. Each
family states its bend and why it holds; a family that is not named here gets a bend of 0, which
always holds. Floats: lines only screen (:mod:`domain.cycles.screen`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from itertools import accumulate
from math import inf, isfinite, isnan
from typing import NamedTuple

from domain.amm.balancer_weighted import Weighted
from domain.amm.concentrated import Concentrated
from domain.amm.curve_stableswap import StableSwap
from domain.amm.pool import Pool
from domain.amm.solidly import Solidly
from domain.amm.tick_math import Q96
from domain.amm.uniswap_v2 import RESERVE_BITS, UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4
from domain.cycles.ladder import Ladder
from domain.cycles.reason import Bad
from domain.errors import Refused

LEAST_RATE, MOST_RATE = 1e-25, 1e25
"""A product of twelve rates within these stays a normal float64."""
_STEEPEST = 1e100
"""Bend of a curve without liquidity: nothing worth a unit gets through."""
_WORD_BITS = 256
_MEMO = 4096
"""Pools whose liquidity profile is kept; a profile changes with positions, not with swaps."""


class Line(NamedTuple):
    """An upper line; see the module."""

    rate: float
    bend: float
    cap: float


def line_of(pool: Pool, sold: int, bought: int) -> Line | Bad:
    """Draw the line of one direction, or say what is wrong with the pool."""
    if (fault := _fault(pool, sold, bought)) is not None:
        return fault
    try:
        rate = pool.spot_rate(sold, bought)
    except (Refused, ArithmeticError, ValueError):
        return Bad.NO_PRICE
    if isnan(rate) or rate <= 0:
        return Bad.NO_PRICE
    if not (isfinite(rate) and LEAST_RATE <= rate <= MOST_RATE):
        return Bad.ABSURD_RATE
    bend, cap = _shape(pool, sold, bought, rate)
    return Line(rate, bend, cap)


def _fault(pool: Pool, sold: int, bought: int) -> Bad | None:
    if isinstance(pool, Ladder):
        return pool.fault()
    held = held_units(pool)
    if any(units < 0 for units in held):
        return Bad.NEGATIVE
    if held and not (held[sold] and held[bought]):
        return Bad.EMPTY_POOL
    bits = RESERVE_BITS if isinstance(pool, UniswapV2) else _WORD_BITS
    if any(units >> bits for units in held):
        return Bad.OVERFLOW
    curve = pool.curve if isinstance(pool, UniswapV3 | UniswapV4) else None
    if curve is not None and not curve.sqrt_price_x96:
        return Bad.EMPTY_POOL
    return None


def held_units(pool: Pool) -> tuple[int, ...]:
    """Give what a pool holds of each coin where its snapshot says so; ticks do not."""
    if isinstance(pool, UniswapV2 | Solidly):
        return pool.reserves
    if isinstance(pool, StableSwap | Weighted):
        return pool.balances
    return ()


def _shape(pool: Pool, sold: int, bought: int, rate: float) -> tuple[float, float]:
    """Give bend and cap.

    A constant product pays exactly its line. A concentrated pool pays less than one whose liquidity
    is everywhere the most there is on its way. A weighted pool pays o·(1 - (1 + y)^-w) with
    y = x·(1 - fee)/i, and Bernoulli's inequality puts that below the line with a bend of min(w, 1)
    a unit of y. The others keep a straight line.
    """
    if isinstance(pool, Ladder):
        return 0.0, pool.cap(sold)
    if isinstance(pool, UniswapV3 | UniswapV4):
        return _concentrated(pool.curve, rate, is_zero_in=sold == 0)
    held = held_units(pool)
    if not held:
        return 0.0, inf
    there, here = held[sold], held[bought]
    if isinstance(pool, Weighted):
        weight = pool.weights[sold] / pool.weights[bought]
        return rate / here / weight * min(weight, 1.0), float(here)
    is_product = isinstance(pool, UniswapV2) or (isinstance(pool, Solidly) and not pool.is_stable)
    return (rate / here if is_product and there else 0.0), float(here)


def _concentrated(curve: Concentrated, rate: float, *, is_zero_in: bool) -> tuple[float, float]:
    peak = _peak_liquidity(curve, is_zero_in=is_zero_in)
    root = curve.sqrt_price_x96 / Q96
    virtual_out = peak * root if is_zero_in else peak / root
    return (rate / virtual_out if virtual_out else _STEEPEST), inf


class _Profile(NamedTuple):
    """Liquidity of the ranges between ticks: running most from below and from above."""

    ticks: tuple[tuple[int, int], ...]
    at: list[int]
    below: list[int]
    above: list[int]


_PROFILES: OrderedDict[int, _Profile] = OrderedDict()
"""By identity of the tick table, which the profile keeps alive, so an id is never another's."""


def _peak_liquidity(curve: Concentrated, *, is_zero_in: bool) -> int:
    """Find the most liquidity a swap in this direction can meet."""
    profile = _profile(curve.ticks)
    place = bisect_right(profile.at, curve.tick)
    beyond = profile.below[: place + 1] if is_zero_in else profile.above[place:]
    if not beyond:
        return curve.liquidity
    return max(curve.liquidity, beyond[-1] if is_zero_in else beyond[0])


def _profile(ticks: tuple[tuple[int, int], ...]) -> _Profile:
    known = _PROFILES.get(id(ticks))
    if known is not None:
        return known
    ranges = list(accumulate((net for _, net in ticks), initial=0))
    above = list(accumulate(reversed(ranges), max))[::-1]
    found = _Profile(ticks, [at for at, _ in ticks], list(accumulate(ranges, max)), above)
    _PROFILES[id(ticks)] = found
    if len(_PROFILES) > _MEMO:
        _PROFILES.popitem(last=False)
    return found
