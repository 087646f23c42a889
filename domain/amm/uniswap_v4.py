"""A Uniswap V4 pool without hooks: V3's walk with V4's step, two fees in one, and a strict quoter.

Contracts: Pool.swap, SwapMath.computeSwapStep and ProtocolFeeLibrary (v4-core) for the maths;
V4Quoter (v4-periphery) for what a quote is. Three things differ from V3 by units or by an answer:

- an input that does not reach the next tick counts whole, not as what the rounded price implies;
- the protocol's fee is taken from the input first and the providers' from the rest, as one swap
  fee rounded up to a millionth;
- the quoter refuses a swap the pool cannot fill whole (NotEnoughLiquidity).

Pools with hooks do not belong here: a hook may change any of this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.amm.concentrated import Concentrated, Rules, Swapped, swap
from domain.amm.pool import Fill, is_zero_in
from domain.amm.swap_step import Step, exact_out_step, in_between, out_between, price_after_input
from domain.amm.uniswap_v3 import moved, spot_rate
from domain.amm.words import ceil_div, word
from domain.errors import EmptyPool, InputRefused, InsufficientLiquidity
from domain.money import PIPS

_INT128_BITS = 127
_UINT256 = 1 << 256


@dataclass(frozen=True, slots=True)
class UniswapV4:
    """A pool at one block.

    Args:
        curve: Price, liquidity, ticks, and the providers' fee in millionths.
        protocol_pips: The protocol's fee for token0 and token1 going in, in millionths.
        fee_growth_x128: Fee a unit of liquidity ever earned of each token, Q128.128, modulo 2^256.
        protocol_units: Fees of each token that went to the protocol since the snapshot was taken.
    """

    curve: Concentrated
    protocol_pips: tuple[int, int] = (0, 0)
    fee_growth_x128: tuple[int, int] = (0, 0)
    protocol_units: tuple[int, int] = (0, 0)

    @property
    def coin_count(self) -> int:
        """Two, always."""
        return 2

    def fee_pips(self, sold: int) -> int:
        """Compute the whole swap fee for one direction, in millionths, rounded up.

        Source:
            ProtocolFeeLibrary.calculateSwapFee (v4-core).
        """
        protocol, providers = self.protocol_pips[sold], self.curve.fee_pips
        return protocol + providers - protocol * providers // PIPS

    def out_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact input; see :class:`domain.amm.pool.Pool`.

        Raises:
            EmptyPool: The pool was never initialised (PoolNotInitialized).
            InputRefused: The input is 0, beyond int128, or the price is at the curve's end.
            InsufficientLiquidity: The pool cannot take it whole (NotEnoughLiquidity).
        """
        return self._whole(sold, bought, units).out_units

    def in_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact output; see :class:`domain.amm.pool.Pool`.

        Raises:
            EmptyPool: The pool was never initialised (PoolNotInitialized).
            InputRefused: As for :meth:`out_units`, or the fee takes every input whole.
            InsufficientLiquidity: The pool cannot pay it whole (NotEnoughLiquidity).
        """
        return self._whole(sold, bought, -units).in_units

    def swapped(
        self, sold: int, bought: int, amount_units: int, limit_x96: int | None = None
    ) -> Swapped:
        """Walk the curve; a negative amount is an exact output, a limit is a square-root price.

        Raises:
            EmptyPool: The pool was never initialised (PoolNotInitialized).
            InputRefused: The amount is 0 (SwapAmountCannotBeZero), what moved is beyond int128, the
                limit is on the wrong side (PriceLimitAlreadyExceeded, PriceLimitOutOfBounds), or an
                output is asked for where the fee takes all (InvalidFeeForExactOut).
            InsufficientLiquidity: A range cannot pay what the price maths ask of it.
        """
        if not self.curve.sqrt_price_x96:
            raise EmptyPool("this pool has no price: it was never initialised (PoolNotInitialized)")
        fee, protocol = self.fee_pips(sold), self.protocol_pips[sold]
        if amount_units < 0 and fee >= PIPS:
            raise InputRefused("a fee of everything allows no exact output (InvalidFeeForExactOut)")
        done = swap(
            replace(self.curve, fee_pips=fee),
            amount_units,
            zero_for_one=is_zero_in(sold, bought),
            sqrt_price_limit_x96=limit_x96,
            rules=Rules(swap_step, Share(fee, protocol) if protocol else None),
        )
        word(done.in_units, _INT128_BITS)
        word(done.out_units, _INT128_BITS)
        return done

    def swap(self, sold: int, bought: int, units: int) -> Fill:
        """Sell to the pool for good; see :class:`domain.amm.pool.Pool` and :meth:`out_units`."""
        done = self._whole(sold, bought, units)
        growth, kept = list(self.fee_growth_x128), list(self.protocol_units)
        growth[sold] = (growth[sold] + done.fee_growth_x128) % _UINT256
        kept[sold] += done.protocol_units
        after = replace(
            self,
            curve=moved(self.curve, done),
            fee_growth_x128=(growth[0], growth[1]),
            protocol_units=(kept[0], kept[1]),
        )
        return Fill(done.in_units, done.out_units, after)

    def spot_rate(self, sold: int, bought: int) -> float:
        """Estimate the rate of the first unit; see :class:`domain.amm.pool.Pool`."""
        return spot_rate(self.curve, self.fee_pips(sold), zero_for_one=is_zero_in(sold, bought))

    def _whole(self, sold: int, bought: int, amount_units: int) -> Swapped:
        done = self.swapped(sold, bought, amount_units)
        if (done.in_units if amount_units > 0 else -done.out_units) != amount_units:
            raise InsufficientLiquidity(
                "the pool cannot fill this whole; ask for less (NotEnoughLiquidity)"
            )
        return done


@dataclass(frozen=True, slots=True)
class Share:
    """The protocol's part of a step's fee: all of it when providers take nothing.

    Args:
        fee_pips: The whole swap fee.
        protocol_pips: The protocol's.
    """

    fee_pips: int
    protocol_pips: int

    def __call__(self, step: Step) -> int:
        """Compute it for one step, in base units of the input, rounded down."""
        if self.fee_pips == self.protocol_pips:
            return step.fee_units
        return (step.in_units + step.fee_units) * self.protocol_pips // PIPS


def swap_step(price: int, target: int, liquidity: int, remaining: int, fee_pips: int) -> Step:
    """Swap toward a target price; arguments as in :func:`domain.amm.swap_step.swap_step`.

    Source:
        SwapMath.computeSwapStep (v4-core).
    """
    is_zero_in = price >= target
    if remaining < 0:
        return exact_out_step(
            price, target, liquidity, -remaining, fee_pips, zero_for_one=is_zero_in
        )
    after_fee = remaining * (PIPS - fee_pips) // PIPS
    used = in_between(price, target, liquidity, zero_for_one=is_zero_in)
    end = target
    if after_fee >= used:
        fee = used if fee_pips == PIPS else ceil_div(used * fee_pips, PIPS - fee_pips)
    else:
        end = price_after_input(price, liquidity, after_fee, zero_for_one=is_zero_in)
        used, fee = after_fee, remaining - after_fee
    return Step(end, used, out_between(price, end, liquidity, zero_for_one=is_zero_in), fee)
