"""One step of a Uniswap V3 swap, inside one range of constant liquidity, rounded as deployed.

With liquidity L and √price P: amount0 = L·(1/P₁ − 1/P₂), amount1 = L·(P₂ − P₁). The pool rounds
against the trader: what goes in up, what comes out down, and prices so that it never pays too much.
The order in which the contract rounds and its 256-bit overflow branch are kept, because both show.

Walking over ticks does not belong here (:mod:`domain.amm.concentrated`).
"""

from __future__ import annotations

from typing import NamedTuple

from domain.amm.tick_math import Q96
from domain.amm.words import ceil_div
from domain.errors import InsufficientLiquidity
from domain.money import PIPS

_UINT256 = 1 << 256
_Q96_BITS = 96


class Step(NamedTuple):
    """What one step did: the √price (Q64.96) it ended at, and base units in, out and of fee."""

    sqrt_price_x96: int
    in_units: int
    out_units: int
    fee_units: int


def amount0_units(sqrt_a_x96: int, sqrt_b_x96: int, liquidity: int, *, round_up: bool) -> int:
    """Compute the token0 between two prices.

    Source:
        SqrtPriceMath.getAmount0Delta: divided by the upper price, then by the lower, rounding each.
    """
    ascends = sqrt_a_x96 < sqrt_b_x96
    lower, upper = (sqrt_a_x96, sqrt_b_x96) if ascends else (sqrt_b_x96, sqrt_a_x96)
    product = (liquidity << _Q96_BITS) * (upper - lower)
    if round_up:
        return -(-product // upper // lower)
    return product // upper // lower


def amount1_units(sqrt_a_x96: int, sqrt_b_x96: int, liquidity: int, *, round_up: bool) -> int:
    """Compute the token1 between two prices (SqrtPriceMath.getAmount1Delta)."""
    product = liquidity * abs(sqrt_b_x96 - sqrt_a_x96)
    return -(-product >> _Q96_BITS) if round_up else product >> _Q96_BITS


def price_after_input(
    sqrt_price_x96: int, liquidity: int, units: int, *, zero_for_one: bool
) -> int:
    """Move the price by an exact input after fee (SqrtPriceMath.getNextSqrtPriceFromInput)."""
    if not zero_for_one:
        return sqrt_price_x96 + units * Q96 // liquidity
    if not units:
        return sqrt_price_x96
    scaled = liquidity * Q96
    denominator = scaled + units * sqrt_price_x96
    if units * sqrt_price_x96 < _UINT256 and denominator < _UINT256:
        return ceil_div(scaled * sqrt_price_x96, denominator)
    return ceil_div(scaled, scaled // sqrt_price_x96 + units)


def price_after_output(
    sqrt_price_x96: int, liquidity: int, units: int, *, zero_for_one: bool
) -> int:
    """Move the price by an exact output (SqrtPriceMath.getNextSqrtPriceFromOutput).

    Raises:
        InsufficientLiquidity: The range does not hold that much; the contract reverts here.
    """
    if zero_for_one:
        after = sqrt_price_x96 - ceil_div(units * Q96, liquidity)
    else:
        denominator = liquidity * Q96 - units * sqrt_price_x96
        after = ceil_div(liquidity * Q96 * sqrt_price_x96, denominator) if denominator > 0 else 0
    if after <= 0:
        raise InsufficientLiquidity("this range cannot pay out that much", units=units)
    return after


def swap_step(
    sqrt_price_x96: int, target_x96: int, liquidity: int, remaining_units: int, fee_pips: int
) -> Step:
    """Swap toward a target price until the amount is used up or the target is reached.

    Args:
        sqrt_price_x96: Where the step starts, Q64.96.
        target_x96: Next tick or price limit; its side says the direction of the swap.
        liquidity: Active in the range; 0 is allowed and moves straight to the target.
        remaining_units: Positive: exact input, fee included. Negative: exact output.
        fee_pips: In millionths of the input.

    Source:
        SwapMath.computeSwapStep (v3-core).
    """
    zero_for_one = sqrt_price_x96 >= target_x96
    if remaining_units >= 0:
        return _exact_in_step(
            sqrt_price_x96,
            target_x96,
            liquidity,
            remaining_units,
            fee_pips,
            zero_for_one=zero_for_one,
        )
    return exact_out_step(
        sqrt_price_x96, target_x96, liquidity, -remaining_units, fee_pips, zero_for_one=zero_for_one
    )


def _exact_in_step(
    start: int, target: int, liquidity: int, remaining: int, fee_pips: int, *, zero_for_one: bool
) -> Step:
    after_fee = remaining * (PIPS - fee_pips) // PIPS
    to_target = in_between(start, target, liquidity, zero_for_one=zero_for_one)
    if after_fee >= to_target:
        fee = ceil_div(to_target * fee_pips, PIPS - fee_pips)
        return Step(
            target, to_target, out_between(start, target, liquidity, zero_for_one=zero_for_one), fee
        )
    end = price_after_input(start, liquidity, after_fee, zero_for_one=zero_for_one)
    used = (
        to_target if end == target else in_between(start, end, liquidity, zero_for_one=zero_for_one)
    )
    out = out_between(start, end, liquidity, zero_for_one=zero_for_one)
    fee = ceil_div(used * fee_pips, PIPS - fee_pips) if end == target else remaining - used
    return Step(end, used, out, fee)


def exact_out_step(
    start: int, target: int, liquidity: int, wanted: int, fee_pips: int, *, zero_for_one: bool
) -> Step:
    """Take up to `wanted` units out on the way to a target price; V3 and V4 agree on this half."""
    to_target = out_between(start, target, liquidity, zero_for_one=zero_for_one)
    end = target
    if wanted < to_target:
        end = price_after_output(start, liquidity, wanted, zero_for_one=zero_for_one)
    out = (
        to_target
        if end == target
        else out_between(start, end, liquidity, zero_for_one=zero_for_one)
    )
    used = in_between(start, end, liquidity, zero_for_one=zero_for_one)
    return Step(end, used, min(out, wanted), ceil_div(used * fee_pips, PIPS - fee_pips))


def in_between(start: int, end: int, liquidity: int, *, zero_for_one: bool) -> int:
    """Measure what moving the price takes in, before fee, rounded up."""
    if zero_for_one:
        return amount0_units(start, end, liquidity, round_up=True)
    return amount1_units(start, end, liquidity, round_up=True)


def out_between(start: int, end: int, liquidity: int, *, zero_for_one: bool) -> int:
    """Measure what moving the price pays out, rounded down."""
    if zero_for_one:
        return amount1_units(start, end, liquidity, round_up=False)
    return amount0_units(start, end, liquidity, round_up=False)
