"""What hops would pay without roundings, in floats, and how much the next unit would: to find tops.

A curve gives the amount paid and the slope there. Beyond its end (a book's last level, a weighted
pool's largest share, the last tick) it is level. Amounts are never the difference of two states, so
that a single unit of a deep pool keeps its digits. Floats come near: what is found here is where
integers are asked (:mod:`domain.cycles.sizing`), and never decides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator
from math import exp, expm1, log1p, prod, sqrt
from typing import NamedTuple

from domain.amm.balancer_weighted import ONE as BALANCER_ONE
from domain.amm.balancer_weighted import Weighted
from domain.amm.concentrated import Concentrated
from domain.amm.curve_stableswap import FEE_SCALE as CURVE_FEE_SCALE
from domain.amm.curve_stableswap import PRECISION, StableSwap
from domain.amm.pool import Pool
from domain.amm.solidly import FEE_SCALE as SOLIDLY_FEE_SCALE
from domain.amm.solidly import Solidly
from domain.amm.tick_math import Q96, sqrt_ratio_at_tick
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4
from domain.cycles.hop import Hop
from domain.cycles.ladder import BASE, Ladder
from domain.errors import Refused
from domain.money import PIPS

Curve = Callable[[float], tuple[float, float]]
"""Input -> (output, output of one more unit)."""

_LARGEST_SHARE = 0.3
"""Of a balance that a weighted pool lets in."""
_SOLVING = 16
_SOLVED = 1e-15
"""Newton's steps for the curve of Solidly end here; each doubles the digits."""

_MEMO = 4_096
_CURVES: OrderedDict[tuple[int, int, int], tuple[Pool, Curve | None]] = OrderedDict()
"""Drawn curves, by identity of a snapshot, which is kept alive, so an id is never another's: cycles
that are asked one after another share most of their venues."""


def curve_of(hop: Hop) -> Curve | None:
    """Draw one direction of a venue; ``None`` for a family that has no curve here, or no price."""
    key = (id(hop.pool), hop.sold, hop.bought)
    known = _CURVES.get(key)
    if known is None:
        known = _CURVES[key] = (hop.pool, _drawn(hop))
        if len(_CURVES) > _MEMO:
            _CURVES.popitem(last=False)
    return known[1]


def _drawn(hop: Hop) -> Curve | None:
    try:
        return _of_family(*hop)
    except (Refused, ArithmeticError):
        return None


def _of_family(pool: Pool, sold: int, bought: int) -> Curve | None:
    curve = None
    match pool:
        case UniswapV2():
            there, here = pool.reserves[sold], pool.reserves[bought]
            curve = _product(there, here, 1 - pool.fee / pool.fee_scale)
        case UniswapV3():
            curve = _ticks(pool.curve, pool.curve.fee_pips, zero_for_one=sold == 0)
        case UniswapV4():
            curve = _ticks(pool.curve, pool.fee_pips(sold), zero_for_one=sold == 0)
        case Ladder():
            curve = _sale(pool) if sold == BASE else _purchase(pool)
        case Weighted():
            curve = _weighted(pool, sold, bought)
        case StableSwap():
            curve = _stable(pool, sold, bought)
        case Solidly():
            curve = _solidly(pool, sold, bought)
        case _:
            pass
    return curve


def _product(there: float, here: float, kept: float) -> Curve | None:
    if not there or not here:
        return None

    def curve(units: float) -> tuple[float, float]:
        taxed = units * kept
        held = there + taxed
        return here * taxed / held, here * there * kept / held / held

    return curve


def _weighted(pool: Weighted, sold: int, bought: int) -> Curve | None:
    there, here = float(pool.balances[sold]), float(pool.balances[bought])
    power, kept = pool.weights[sold] / pool.weights[bought], 1 - pool.fee / BALANCER_ONE
    most = there * _LARGEST_SHARE

    def curve(units: float) -> tuple[float, float]:
        taxed = units * kept
        power_log = -power * log1p(min(taxed, most) / there)
        paid = -here * expm1(power_log)
        if taxed > most:
            return paid, 0.0
        return paid, here * power * exp(power_log) / (there + taxed) * kept

    return curve if there and here else None


def _stable(pool: StableSwap, sold: int, bought: int) -> Curve:
    """Solve the invariant for the coin bought: with all others given it is a square."""
    pairs = zip(pool.balances, pool.rates, strict=True)
    scaled = tuple(units * rate // PRECISION for units, rate in pairs)
    count, whole = len(scaled), float(pool.invariant(scaled))
    slope = pool.amp * count / pool.form.a_precision
    others = [float(x) for coin, x in enumerate(scaled) if coin not in {sold, bought}]
    fixed = whole / slope * whole / count * prod(whole / (x * count) for x in others)
    offset, share = sum(others) + whole / slope - whole, fixed * whole / count
    given = pool.rates[sold] / PRECISION
    kept = (1 - pool.fee / CURVE_FEE_SCALE) * PRECISION / pool.rates[bought]
    held = float(scaled[sold])
    linear_before, constant_before = offset + held, share / held
    root_before = sqrt(linear_before * linear_before + 4 * constant_before)

    def curve(units: float) -> tuple[float, float]:
        more = units * given
        x, linear = held + more, linear_before + more
        root = sqrt(linear * linear + 4 * share / x)
        roots = root_before + root
        moved = more / 2 * (roots - linear_before - linear + 4 * constant_before / x) / roots
        y = (root - linear) / 2
        return moved * kept, (y + share / x / x) / root * given * kept

    return curve


def _solidly(pool: Solidly, sold: int, bought: int) -> Curve | None:
    kept = 1 - pool.fee / SOLIDLY_FEE_SCALE
    there, here = (float(pool.reserves[coin]) for coin in (sold, bought))
    if not pool.is_stable or not there or not here:
        return _product(there, here, kept)
    scale_in, scale_out = (float(pool.scales[coin]) for coin in (sold, bought))
    held, before = there / scale_in, here / scale_out

    def curve(units: float) -> tuple[float, float]:
        more = units * kept / scale_in
        x = held + more
        far = more * before * (x * x + x * held + held * held + before * before)
        steep = x * (x * x + 3 * before * before)
        moved = far / steep
        for _ in range(_SOLVING):
            left = far - moved * (steep - x * moved * (3 * before - moved))
            step = left / (steep - x * moved * (6 * before - 3 * moved))
            moved += step
            if abs(step) <= moved * _SOLVED:
                break
        y = before - moved
        slope = y * (3 * x * x + y * y) / (x * (x * x + 3 * y * y))
        return moved * scale_out, slope * kept * scale_out / scale_in

    return curve


def _sale(book: Ladder) -> Curve:
    """Sell base level by level; lots are not looked at."""
    price_unit = 10.0 ** (book.quote_decimals - book.base_decimals - 8) * (1 - book.fee_pips / PIPS)
    step = 10.0 ** (book.base_decimals - 8)
    return _levels([(rung.size_e8 * step, rung.price_e8 * price_unit) for rung in book.bids])


def _purchase(book: Ladder) -> Curve:
    """Buy base level by level, the fee paid on top."""
    price_unit = 10.0 ** (book.quote_decimals - book.base_decimals - 8) * (1 + book.fee_pips / PIPS)
    step = 10.0 ** (book.base_decimals - 8)
    levels = [(rung.size_e8 * step, rung.price_e8 * price_unit) for rung in book.asks]
    return _levels([(size * price, 1 / price) for size, price in levels])


def _levels(levels: list[tuple[float, float]]) -> Curve:
    """Walk levels of (input they take, output a unit)."""

    def curve(units: float) -> tuple[float, float]:
        paid = 0.0
        for size, rate in levels:
            if units <= size:
                return paid + units * rate, rate
            units, paid = units - size, paid + size * rate
        return paid, 0.0

    return curve


class _Range(NamedTuple):
    """A range of ticks as a walk meets it.

    Args:
        begin, paid: Input after fee, and output, before it.
        end: Input after fee at its far tick.
        root: Square root of the price where it begins.
        liquidity: Within it.
    """

    begin: float
    paid: float
    end: float
    root: float
    liquidity: float


def _ticks(curve: Concentrated, fee_pips: int, *, zero_for_one: bool) -> Curve | None:
    """Walk ranges of liquidity; each is drawn when an amount first reaches it."""
    if not curve.sqrt_price_x96:
        return None
    ahead, kept = _ranges(curve, zero_for_one=zero_for_one), 1 - fee_pips / PIPS
    met = [next(ahead)]

    def walk(units: float) -> tuple[float, float]:
        taxed = units * kept
        for here in met:
            if taxed <= here.end:
                break
        else:
            here = met[-1]
            while taxed > here.end and (more := next(ahead, None)):
                met.append(here := more)
        within = min(taxed, here.end) - here.begin
        after = _moved(here, within, zero_for_one=zero_for_one)
        price = here.root * after if zero_for_one else 1 / (here.root * after)
        slope = after * after if zero_for_one else 1 / (after * after)
        return here.paid + within * price, slope * kept if taxed <= here.end else 0.0

    return walk


def _moved(here: _Range, units: float, *, zero_for_one: bool) -> float:
    """Give the square root of the price after so much more went in within a range."""
    if not here.liquidity:
        return here.root
    if zero_for_one:
        return here.root * here.liquidity / (here.liquidity + units * here.root)
    return here.root + units / here.liquidity


def _ranges(curve: Concentrated, *, zero_for_one: bool) -> Iterator[_Range]:
    """Give ranges in the order of a walk; past the last tick nothing is taken."""
    root, liquidity = curve.sqrt_price_x96 / Q96, float(curve.liquidity)
    begin = paid = 0.0
    at = bisect_right(curve.ticks, curve.tick, key=_tick_of)
    places = range(at - 1, -1, -1) if zero_for_one else range(at, len(curve.ticks))
    for place in places:
        tick, net = curve.ticks[place]
        far = sqrt_ratio_at_tick(tick) / Q96
        taken = liquidity * (1 / far - 1 / root if zero_for_one else far - root)
        yield _Range(begin, paid, begin + taken, root, liquidity)
        paid += taken * (root * far if zero_for_one else 1 / (root * far))
        begin, root = begin + taken, far
        liquidity += -net if zero_for_one else net
    yield _Range(begin, paid, begin, root, 0.0)


def _tick_of(entry: tuple[int, int]) -> int:
    return entry[0]
