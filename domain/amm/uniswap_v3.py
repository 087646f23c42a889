"""A Uniswap V3 pool and its forks: the curve, what its fees grew to, and what the protocol kept.

Contracts: UniswapV3Pool.swap (v3-core) for the maths; Quoter and QuoterV2 (v3-periphery) for what a
quote is. Forks change fees, tick spacings and how the protocol's share is set, not the formulas. A
quote past the end of the curve is not a revert: the pool exchanges what it can and stops, and the
quoter says how much that was.

The walk over ticks is in :mod:`domain.amm.concentrated`. What a position earned needs the growth
outside each tick, which a swap's outcome does not depend on: it is not kept here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.amm.concentrated import Concentrated, Rules, Swapped, paid_in_range, swap
from domain.amm.pool import Fill, is_zero_in
from domain.amm.swap_step import Step, amount0_units, amount1_units
from domain.amm.tick_math import sqrt_ratio_at_tick
from domain.amm.words import word
from domain.errors import EmptyPool, InsufficientLiquidity
from domain.money import PIPS

_INT256_BITS = 255
_UINT256 = 1 << 256


@dataclass(frozen=True, slots=True)
class UniswapV3:
    """A pool at one block.

    Args:
        curve: Price, liquidity and ticks.
        fee_protocol: For token0 and token1 going in: the protocol keeps 1/n of the fee, 0 nothing.
        fee_growth_x128: Fee a unit of liquidity ever earned of each token, Q128.128, modulo 2^256.
        protocol_units: Fees of each token the protocol has not collected yet.
    """

    curve: Concentrated
    fee_protocol: tuple[int, int] = (0, 0)
    fee_growth_x128: tuple[int, int] = (0, 0)
    protocol_units: tuple[int, int] = (0, 0)

    @property
    def coin_count(self) -> int:
        """Two, always."""
        return 2

    def out_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact input, or as much of it as the curve takes; see the module.

        Raises:
            EmptyPool: The pool was never initialised (LOK).
            InputRefused: The input is 0 (AS), beyond int256, or the price is at the curve's end.
            InsufficientLiquidity: Nothing at all would be taken in.
        """
        word(abs(units), _INT256_BITS)
        paid = paid_in_range(self.curve, units, zero_for_one=is_zero_in(sold, bought))
        return self._exchanged(sold, bought, units).out_units if paid is None else paid

    def in_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact output, or as much of it as the pool can pay; see the module.

        Raises:
            EmptyPool: The pool was never initialised (LOK).
            InputRefused: As for :meth:`out_units`.
            InsufficientLiquidity: A range cannot pay what the price maths ask of it, or nothing at
                all would be taken in.
        """
        return self._exchanged(sold, bought, -units).in_units

    def swapped(
        self, sold: int, bought: int, amount_units: int, limit_x96: int | None = None
    ) -> Swapped:
        """Walk the curve; a negative amount is an exact output, a limit is a square-root price.

        Raises:
            EmptyPool: The pool was never initialised (LOK).
            InputRefused: As for :meth:`out_units`, or the limit is on the wrong side (SPL).
            InsufficientLiquidity: A range cannot pay what the price maths ask of it.
        """
        if not self.curve.sqrt_price_x96:
            raise EmptyPool("this pool has no price: it was never initialised (LOK)")
        word(abs(amount_units), _INT256_BITS)
        return swap(
            self.curve,
            amount_units,
            zero_for_one=is_zero_in(sold, bought),
            sqrt_price_limit_x96=limit_x96,
            rules=Rules(protocol_share=self._share(sold)),
        )

    def swap(self, sold: int, bought: int, units: int) -> Fill:
        """Sell to the pool for good; see :class:`domain.amm.pool.Pool` and :meth:`out_units`."""
        done = self._exchanged(sold, bought, units)
        return Fill(done.in_units, done.out_units, self.after(sold, done))

    def after(self, sold: int, done: Swapped) -> UniswapV3:
        """Give the pool as a swap leaves it."""
        growth, kept = list(self.fee_growth_x128), list(self.protocol_units)
        growth[sold] = (growth[sold] + done.fee_growth_x128) % _UINT256
        kept[sold] += done.protocol_units
        return replace(
            self,
            curve=moved(self.curve, done),
            fee_growth_x128=(growth[0], growth[1]),
            protocol_units=(kept[0], kept[1]),
        )

    def spot_rate(self, sold: int, bought: int) -> float:
        """Estimate the rate of the first unit; see :class:`domain.amm.pool.Pool`."""
        return spot_rate(self.curve, self.curve.fee_pips, zero_for_one=is_zero_in(sold, bought))

    def _exchanged(self, sold: int, bought: int, amount_units: int) -> Swapped:
        """Swap as routers and quoters let it happen: one that takes nothing in is refused.

        Source:
            SwapRouter and QuoterV2.uniswapV3SwapCallback (v3-periphery): swaps entirely within
            ranges without liquidity are not supported.
        """
        done = self.swapped(sold, bought, amount_units)
        if not done.in_units:
            raise InsufficientLiquidity("no liquidity lies that way; swap in the other direction")
        return done

    def _share(self, sold: int) -> Share | None:
        part = self.fee_protocol[sold]
        return Share(part) if part else None


@dataclass(frozen=True, slots=True)
class Share:
    """The protocol's part of a step's fee: one in `part`, rounded down."""

    part: int

    def __call__(self, step: Step) -> int:
        """Compute it for one step, in base units of the input."""
        return step.fee_units // self.part


def moved(curve: Concentrated, done: Swapped) -> Concentrated:
    """Give the curve as a swap leaves it; its ticks do not change."""
    return replace(
        curve, sqrt_price_x96=done.sqrt_price_x96, tick=done.tick, liquidity=done.liquidity
    )


def spot_rate(curve: Concentrated, fee_pips: int, *, zero_for_one: bool) -> float:
    """Estimate what the first unit sold pays, fee taken; 0 where there is no price."""
    if not curve.sqrt_price_x96:
        return 0.0
    numerator, denominator = curve.spot_ratio()
    rate = numerator / denominator if zero_for_one else denominator / numerator
    return rate * (1 - fee_pips / PIPS)


def minted_units(curve: Concentrated, lower: int, upper: int, liquidity: int) -> tuple[int, int]:
    """Compute the token0 and token1 a new position puts into the pool, each rounded up.

    Source:
        UniswapV3Pool._modifyPosition (v3-core).
    """
    low, high = sqrt_ratio_at_tick(lower), sqrt_ratio_at_tick(upper)
    here = high if curve.tick >= upper else curve.sqrt_price_x96 if curve.tick >= lower else low
    return (
        amount0_units(here, high, liquidity, round_up=True),
        amount1_units(low, here, liquidity, round_up=True),
    )
