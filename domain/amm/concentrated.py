"""What a Uniswap V3 pool pays and asks: a walk over initialised ticks, stopped at bitmap words.

The contract looks for the next initialised tick one 256-bit word at a time, and a swap step ends at
the word's edge even when nothing is initialised there. Each step rounds, so a walk that jumps
straight to the next initialised tick is off by units; this one stops where the contract stops.

How one step exchanges and how its fee is shared is a part of the family's rules, because V4 differs
from V3 in both by units; the walk is the same. The state of a whole pool contract does not belong
here (:mod:`domain.amm.uniswap_v3`, :mod:`domain.amm.uniswap_v4`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from domain.amm.swap_step import Step, swap_step
from domain.amm.tick_math import (
    MAX_SQRT_RATIO,
    MAX_TICK,
    MIN_SQRT_RATIO,
    MIN_TICK,
    Q96,
    sqrt_ratio_at_tick,
    tick_at_sqrt_ratio,
)
from domain.amm.words import word
from domain.errors import EmptyPool, InputRefused, InsufficientLiquidity

_WORD = 256
_Q128 = 1 << 128


@dataclass(frozen=True, slots=True)
class Concentrated:
    """A V3 pool at one block.

    Args:
        sqrt_price_x96: √(token1 per token0) in Q64.96, from slot0.
        tick: From slot0; at a boundary it is not derivable from the price.
        liquidity: Active at the price.
        ticks: (tick, liquidity net) of every *initialised* tick, ascending. A tick whose net is 0
            but whose gross is not still counts: the walk stops there.
        fee_pips: In millionths of the input.
        tick_spacing: Ticks are multiples of it, and bitmap words hold 256 of those.
    """

    sqrt_price_x96: int
    tick: int
    liquidity: int
    ticks: tuple[tuple[int, int], ...]
    fee_pips: int
    tick_spacing: int

    def exact_in(self, *, zero_for_one: bool, units: int) -> int | None:
        """Quote an exact input; ``None`` when the pool runs out of liquidity before using it up."""
        result = _quoted(self, units, zero_for_one=zero_for_one)
        if result is None:
            return None
        return result.out_units if result.in_units == units else None

    def exact_out(self, *, zero_for_one: bool, units: int) -> int | None:
        """Quote an exact output; ``None`` when the pool cannot pay it in full."""
        result = _quoted(self, -units, zero_for_one=zero_for_one)
        if result is None:
            return None
        return result.in_units if result.out_units == units else None

    def spot_ratio(self) -> tuple[int, int]:
        """Give token1 per token0 in base units, without fee, as an exact (numerator, denominator).

        Raises:
            EmptyPool: The pool was never initialised.
        """
        if not self.sqrt_price_x96:
            raise EmptyPool("this pool has no price: it was never initialised")
        return self.sqrt_price_x96 * self.sqrt_price_x96, Q96 * Q96


@dataclass(frozen=True, slots=True)
class Swapped:
    """What a swap did.

    Args:
        in_units: Taken from the trader, fee included.
        out_units: Paid to the trader.
        fee_growth_x128: Fee a unit of liquidity earned in the input token, Q128.128.
        protocol_units: The share of the fee the protocol keeps, in the input token.
    """

    in_units: int
    out_units: int
    sqrt_price_x96: int
    tick: int
    liquidity: int
    fee_growth_x128: int
    protocol_units: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a family's contract does within a step.

    Args:
        step: (price, target, liquidity, remaining, fee pips) -> the step, as its SwapMath has it.
        protocol_share: The protocol's part of a step's fee, in base units.
    """

    step: Callable[[int, int, int, int, int], Step] = swap_step
    protocol_share: Callable[[Step], int] | None = None


V3 = Rules()
"""Uniswap V3 with its protocol fee switched off."""


def swap(
    pool: Concentrated,
    amount_units: int,
    *,
    zero_for_one: bool,
    sqrt_price_limit_x96: int | None = None,
    rules: Rules = V3,
) -> Swapped:
    """Swap as the contract does.

    Args:
        pool: State at one block.
        amount_units: Positive: exact input, fee included. Negative: exact output. Not 0.
        zero_for_one: Whether token0 goes in.
        sqrt_price_limit_x96: Where to stop at the latest; the far end of the curve if not given.
        rules: The family's; V3's if not given.

    Returns:
        What was really exchanged, which is less than asked when the limit or the end is reached.

    Raises:
        InputRefused: The amount is 0 (the contract's AS) or the limit is on the wrong side (SPL).
        InsufficientLiquidity: A range cannot pay what the price maths ask of it.

    Source:
        UniswapV3Pool.swap (v3-core); Pool.swap (v4-core) walks alike.
    """
    limit = _limit(pool, sqrt_price_limit_x96, zero_for_one=zero_for_one)
    if not amount_units:
        raise InputRefused("swap an amount that is not 0 (AS)")
    price, tick, liquidity, growth = pool.sqrt_price_x96, pool.tick, pool.liquidity, 0
    remaining, in_units, out_units, protocol_units = amount_units, 0, 0, 0
    while remaining and price != limit:
        at, is_initialised = next_tick(pool, tick, zero_for_one=zero_for_one)
        at_price, started = sqrt_ratio_at_tick(at), price
        target = max(at_price, limit) if zero_for_one else min(at_price, limit)
        step = rules.step(price, target, liquidity, remaining, pool.fee_pips)
        price, used, paid, fee = step
        share = rules.protocol_share(step) if rules.protocol_share else 0
        remaining += -used - fee if amount_units > 0 else paid
        in_units, out_units = in_units + used + fee, out_units + paid
        protocol_units += share
        growth += (fee - share) * _Q128 // liquidity if liquidity else 0
        if price == at_price:
            if is_initialised:
                net = _net(pool, at)
                liquidity = word(liquidity - net if zero_for_one else liquidity + net, 128)
            tick = at - 1 if zero_for_one else at
        elif price != started:
            tick = tick_at_sqrt_ratio(price)
    return Swapped(in_units, out_units, price, tick, liquidity, growth, protocol_units)


def paid_in_range(pool: Concentrated, units: int, *, zero_for_one: bool) -> int | None:
    """Quote an exact input of V3 that is used up before the walk's first stop, as most are.

    Args:
        pool: State at one block.
        units: Fee included.
        zero_for_one: Whether token0 goes in.

    Returns:
        What :func:`swap` pays; ``None`` where it walks on, or would refuse.
    """
    price, liquidity = pool.sqrt_price_x96, pool.liquidity
    if units < 1 or not price or not liquidity:
        return None
    at, _ = next_tick(pool, pool.tick, zero_for_one=zero_for_one)
    if not MIN_TICK < at < MAX_TICK:
        return None
    target = sqrt_ratio_at_tick(at)
    step = swap_step(price, target, liquidity, units, pool.fee_pips)
    return None if step.sqrt_price_x96 == target else step.out_units


def next_tick(pool: Concentrated, tick: int, *, zero_for_one: bool) -> tuple[int, bool]:
    """Find where a step from `tick` must stop: an initialised tick, or the edge of the bitmap word.

    Returns:
        The tick, and whether it is initialised.

    Source:
        TickBitmap.nextInitializedTickWithinOneWord (v3-core): at or below the current tick when
        token0 goes in, strictly above otherwise.
    """
    compressed = tick // pool.tick_spacing
    if zero_for_one:
        edge = compressed // _WORD * _WORD * pool.tick_spacing
        index = bisect_right(pool.ticks, tick, key=_tick_of) - 1
        is_found = index >= 0 and pool.ticks[index][0] >= edge
    else:
        edge = ((compressed + 1) // _WORD * _WORD + _WORD - 1) * pool.tick_spacing
        index = bisect_right(pool.ticks, tick, key=_tick_of)
        is_found = index < len(pool.ticks) and pool.ticks[index][0] <= edge
    at = pool.ticks[index][0] if is_found else edge
    return max(MIN_TICK, min(MAX_TICK, at)), is_found


def with_liquidity(
    ticks: Mapping[int, tuple[int, int]], lower: int, upper: int, delta: int
) -> dict[int, tuple[int, int]]:
    """Add (or remove, when negative) a position's liquidity to a tick table.

    Args:
        ticks: Tick -> (net, gross); gross is what keeps a tick initialised.
        lower: Where the position begins.
        upper: Where it ends.
        delta: Liquidity added; 0 changes nothing.

    Raises:
        InputRefused: The range is empty or more is removed than is there.

    Source:
        Tick.update (v3-core).
    """
    if lower >= upper:
        raise InputRefused("a position's ticks ascend", lower=lower, upper=upper)
    changed = dict(ticks)
    for tick, net_delta in ((lower, delta), (upper, -delta)):
        net, gross = changed.get(tick, (0, 0))
        changed[tick] = (net + net_delta, gross + delta)
        if changed[tick][1] < 0:
            raise InputRefused("remove no more liquidity than a tick has", tick=tick)
        if not changed[tick][1]:
            del changed[tick]
    return changed


def net_table(ticks: Mapping[int, tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Give (tick, net) of each initialised tick, ascending, as :class:`Concentrated` keeps them."""
    return tuple((tick, ticks[tick][0]) for tick in sorted(ticks))


def liquidity_at(ticks: Iterable[tuple[int, int]], tick: int) -> int:
    """Sum the net liquidity of all ticks at or below `tick`: what must be active there."""
    return sum(net for at, net in ticks if at <= tick)


def _quoted(pool: Concentrated, amount_units: int, *, zero_for_one: bool) -> Swapped | None:
    if not pool.sqrt_price_x96:
        return None
    if not amount_units:
        return Swapped(0, 0, pool.sqrt_price_x96, pool.tick, pool.liquidity, 0)
    try:
        return swap(pool, amount_units, zero_for_one=zero_for_one)
    except (InsufficientLiquidity, InputRefused):
        # A price already at the end of the curve has no limit beyond it: the contract reverts too.
        return None


def _limit(pool: Concentrated, asked: int | None, *, zero_for_one: bool) -> int:
    if asked is None:
        asked = MIN_SQRT_RATIO + 1 if zero_for_one else MAX_SQRT_RATIO - 1
    is_sane = (
        MIN_SQRT_RATIO < asked < pool.sqrt_price_x96
        if zero_for_one
        else pool.sqrt_price_x96 < asked < MAX_SQRT_RATIO
    )
    if not is_sane:
        raise InputRefused("the price limit lies on the wrong side of the price (SPL)", limit=asked)
    return asked


def _net(pool: Concentrated, tick: int) -> int:
    return pool.ticks[bisect_left(pool.ticks, tick, key=_tick_of)][1]


def _tick_of(entry: tuple[int, int]) -> int:
    return entry[0]
