"""What a pool would pay without roundings: a ratio of two lines, as far as one range reaches.

A constant product pays (a·x + b) / (c·x + d), and a concentrated pool does so between two of its
ticks. Contracts round against the trader, so this is the most they pay; Solidly's fee, rounded for
the trader, is counted as rounded by as much as it can be. Everything is exact: lines have whole
coefficients, ends are fractions. Solvers by iteration and powers have no such form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from domain.amm.concentrated import Concentrated
from domain.amm.pool import Pool
from domain.amm.solidly import FEE_SCALE, Solidly
from domain.amm.tick_math import Q96, sqrt_ratio_at_tick
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4
from domain.money import PIPS


@dataclass(frozen=True, slots=True)
class Segment:
    """Pays (a·x + b) / (c·x + d) for low <= x <= high.

    Args:
        high: ``None`` where there is no end.
    """

    a: int
    b: int
    c: int
    d: int
    low: Fraction = Fraction(0)
    high: Fraction | None = None

    def pays(self, units: Fraction) -> Fraction:
        """Compute what it pays for an amount."""
        return (self.a * units + self.b) / (self.c * units + self.d)

    def holds(self, units: Fraction) -> bool:
        """Say whether it is the one that applies to an amount."""
        return self.low <= units and (self.high is None or units <= self.high)

    def then(self, other: Segment) -> Segment:
        """Pass on to another what this one pays; ends are not followed."""
        return lowest(
            other.a * self.a + other.b * self.c,
            other.a * self.b + other.b * self.d,
            other.c * self.a + other.d * self.c,
            other.c * self.b + other.d * self.d,
        )


WHOLE = Segment(1, 0, 0, 1)
"""Pays what it is given."""


def lowest(a: int, b: int, c: int, d: int) -> Segment:
    """Build a segment without ends in lowest terms."""
    shared = math.gcd(a, b, c, d) or 1
    return Segment(a // shared, b // shared, c // shared, d // shared)


def is_product(pool: Pool) -> bool:
    """Say whether one segment is all of a pool."""
    return isinstance(pool, UniswapV2) or (isinstance(pool, Solidly) and not pool.is_stable)


def segment_at(pool: Pool, sold: int, bought: int, units: Fraction) -> Segment | None:
    """Find the segment that applies to an amount; ``None`` where a pool has none."""
    match pool:
        case UniswapV2():
            return _product(pool.reserves[sold], pool.reserves[bought], pool.fee, pool.fee_scale, 0)
        case Solidly() if not pool.is_stable:
            given = FEE_SCALE - 1 if pool.fee else 0
            return _product(pool.reserves[sold], pool.reserves[bought], pool.fee, FEE_SCALE, given)
        case UniswapV3():
            return _range_at(pool.curve, pool.curve.fee_pips, units, zero_for_one=sold == 0)
        case UniswapV4():
            return _range_at(pool.curve, pool.fee_pips(sold), units, zero_for_one=sold == 0)
        case _:
            return None


def _product(there: int, here: int, fee: int, scale: int, given: int) -> Segment | None:
    """Write a constant product; `given` is what rounding can add to the taxed input, of `scale`."""
    kept = scale - fee
    if not there or not here:
        return None
    return Segment(kept * here, given * here, kept, there * scale + given)


def _range_at(
    curve: Concentrated, fee_pips: int, units: Fraction, *, zero_for_one: bool
) -> Segment | None:
    """Walk from tick to tick until the amount is used up within a range."""
    if not curve.sqrt_price_x96 or fee_pips >= PIPS:
        return None
    kept = Fraction(PIPS - fee_pips, PIPS)
    price, liquidity = curve.sqrt_price_x96, curve.liquidity
    taken = paid = Fraction(0)
    for tick, net in _ahead(curve, zero_for_one=zero_for_one):
        target = sqrt_ratio_at_tick(tick)
        first, second = _between(price, target, liquidity)
        used, out = (first, second) if zero_for_one else (second, first)
        end = taken + used / kept
        if units < end:
            return _range(price, liquidity, kept, taken, paid, end, zero_for_one=zero_for_one)
        taken, paid, price = end, paid + out, target
        liquidity += -net if zero_for_one else net
    return None


def _ahead(curve: Concentrated, *, zero_for_one: bool) -> list[tuple[int, int]]:
    """List the ticks a walk meets, in its order."""
    if zero_for_one:
        return [entry for entry in reversed(curve.ticks) if entry[0] <= curve.tick]
    return [entry for entry in curve.ticks if entry[0] > curve.tick]


def _between(price: int, target: int, liquidity: int) -> tuple[Fraction, Fraction]:
    """Measure the token0 and token1 between two prices, without rounding."""
    moved = abs(price - target) * liquidity
    return Fraction(moved * Q96, price * target), Fraction(moved, Q96)


def _range(
    price: int,
    liquidity: int,
    kept: Fraction,
    taken: Fraction,
    paid: Fraction,
    end: Fraction,
    *,
    zero_for_one: bool,
) -> Segment:
    """Write a range of constant liquidity, entered after `taken` went in and `paid` came out."""
    if zero_for_one:
        gain, slope, offset = Fraction(liquidity * price**2, Q96), price, liquidity * Q96
    else:
        gain, slope, offset = Fraction(liquidity * Q96**2), price * Q96, price**2 * liquidity
    c, d = slope * kept, offset - slope * kept * taken
    a, b = paid * c + gain * kept, paid * d - gain * kept * taken
    scale = math.lcm(*(Fraction(number).denominator for number in (a, b, c, d)))
    whole = lowest(*(int(number * scale) for number in (a, b, c, d)))
    return Segment(whole.a, whole.b, whole.c, whole.d, taken, end)
