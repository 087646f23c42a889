"""What a Uniswap V2 pair pays and asks, floored and rounded up where the contract does it.

The pair only checks ``(x·D − in·f)·(y·D) ≥ x₀·y₀·D²`` (`UniswapV2Pair.swap`, the K check); amounts
come from the library's formulas. With fees in millionths the quotients equal those of 997/1000 or
9975/10000, because a floor of a ratio does not change when both sides are scaled alike.

Other curves (concentrated liquidity, stable swaps) do not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import EmptyPool, InputRefused, InsufficientLiquidity
from domain.money import PIPS


def amount_out_units(
    amount_in_units: int,
    reserve_in_units: int,
    reserve_out_units: int,
    fee_pips: int,
    scale: int = PIPS,
) -> int:
    """Compute what the pair pays out for an exact input, floored as the contract floors.

    Args:
        amount_in_units: Base units sold to the pool; at least 0.
        reserve_in_units: Reserve of the token sold, at the *same* block as `reserve_out_units`.
        reserve_out_units: Reserve of the token bought; mixing blocks invents profit.
        fee_pips: Pool fee in millionths (3000 = 0.30 %).
        scale: What `fee_pips` are parts of, where a fork does not count in millionths.

    Returns:
        Base units bought. 0 is a real answer: the trade is dust.

    Raises:
        EmptyPool: A reserve is 0.
        InputRefused: The amount is negative or the fee is not within [0, 1 000 000).

    Source:
        UniswapV2Library.getAmountOut (v2-periphery).
    """
    _check(amount_in_units, reserve_in_units, reserve_out_units, fee_pips, scale)
    taxed = amount_in_units * (scale - fee_pips)
    return taxed * reserve_out_units // (reserve_in_units * scale + taxed)


def amount_in_units(
    amount_out_units: int,
    reserve_in_units: int,
    reserve_out_units: int,
    fee_pips: int,
    scale: int = PIPS,
) -> int:
    """Compute what the pair asks for an exact output: the quotient plus one, as the contract does.

    Args:
        amount_out_units: Base units to take out; at least 0.
        reserve_in_units: Reserve of the token paid, at the *same* block as `reserve_out_units`.
        reserve_out_units: Reserve of the token taken.
        fee_pips: Pool fee in millionths.
        scale: As for :func:`amount_out_units`.

    Raises:
        EmptyPool: A reserve is 0.
        InsufficientLiquidity: The reserve does not hold more than the amount.
        InputRefused: The amount is negative or the fee is not within [0, 1 000 000).

    Source:
        UniswapV2Library.getAmountIn (v2-periphery).
    """
    _check(amount_out_units, reserve_in_units, reserve_out_units, fee_pips, scale)
    if amount_out_units >= reserve_out_units:
        raise InsufficientLiquidity(
            "take less than the pool holds", asked=amount_out_units, reserve=reserve_out_units
        )
    owed = reserve_in_units * amount_out_units * scale
    return owed // ((reserve_out_units - amount_out_units) * (scale - fee_pips)) + 1


def keeps_k(
    amount_in_units: int,
    amount_out_units: int,
    reserve_in_units: int,
    reserve_out_units: int,
    fee_pips: int,
    scale: int = PIPS,
) -> bool:
    """Ask whether the pair would accept this exchange: its K check, fee included.

    Both outputs must lie below their reserves, the one of 0 too: an empty side accepts nothing.

    Source:
        UniswapV2Pair.swap, ``INSUFFICIENT_LIQUIDITY`` and ``require(... , 'UniswapV2: K')``.
    """
    if amount_out_units >= reserve_out_units or not reserve_in_units:
        return False
    adjusted_in = (reserve_in_units + amount_in_units) * scale - amount_in_units * fee_pips
    adjusted_out = (reserve_out_units - amount_out_units) * scale
    return adjusted_in * adjusted_out >= reserve_in_units * reserve_out_units * scale * scale


@dataclass(frozen=True, slots=True)
class ConstantProduct:
    """A V2 pair at one block.

    Args:
        reserve0_units: Of token0, as `getReserves` and the Sync event say.
        reserve1_units: Of token1.
        fee_pips: In millionths; a property of the deployment, not readable from a V2 pair.
    """

    reserve0_units: int
    reserve1_units: int
    fee_pips: int

    def exact_in(self, *, zero_for_one: bool, units: int) -> int | None:
        """Quote an exact input; ``None`` when the pool is empty."""
        reserve_in, reserve_out = self._oriented(zero_for_one=zero_for_one)
        if not (reserve_in and reserve_out):
            return None
        return amount_out_units(units, reserve_in, reserve_out, self.fee_pips)

    def exact_out(self, *, zero_for_one: bool, units: int) -> int | None:
        """Quote an exact output; ``None`` when the pool cannot pay it."""
        reserve_in, reserve_out = self._oriented(zero_for_one=zero_for_one)
        if not reserve_in or units >= reserve_out:
            return None
        return amount_in_units(units, reserve_in, reserve_out, self.fee_pips)

    def spot_ratio(self) -> tuple[int, int]:
        """Give token1 per token0 in base units, without fee, as an exact (numerator, denominator).

        Raises:
            EmptyPool: A reserve is 0.
        """
        if not (self.reserve0_units and self.reserve1_units):
            raise EmptyPool("this pool has no price: a reserve is 0")
        return self.reserve1_units, self.reserve0_units

    def _oriented(self, *, zero_for_one: bool) -> tuple[int, int]:
        if zero_for_one:
            return self.reserve0_units, self.reserve1_units
        return self.reserve1_units, self.reserve0_units


def _check(amount_units: int, reserve_in: int, reserve_out: int, fee_pips: int, scale: int) -> None:
    if reserve_in <= 0 or reserve_out <= 0:
        raise EmptyPool("ask a pool with reserves", reserve_in=reserve_in, reserve_out=reserve_out)
    if amount_units < 0 or not 0 <= fee_pips < scale:
        raise InputRefused(
            "amounts are not negative and fees are below 1", amount=amount_units, fee_pips=fee_pips
        )
