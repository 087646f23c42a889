"""A Uniswap V2 pair and its forks with another fee: the router's quotes and the pair's own checks.

Contracts: UniswapV2Library.getAmountOut and getAmountIn (v2-periphery) for quotes,
UniswapV2Pair.swap (v2-core) for what a swap must satisfy. A fork keeps the formulas and changes the
fee: 3 of 1,000 at Uniswap and SushiSwap, 25 of 10,000 at PancakeSwap. The scale is kept as the
fork's code has it, because products of absurd amounts overflow at different places.

The formulas themselves are in :mod:`domain.amm.constant_product`; tokens that tax transfers do not
belong here, since their pairs receive less than was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.amm.constant_product import amount_in_units, amount_out_units, keeps_k
from domain.amm.pool import Fill, is_zero_in
from domain.amm.words import word
from domain.errors import InputRefused, InsufficientLiquidity

RESERVE_BITS = 112


@dataclass(frozen=True, slots=True)
class UniswapV2:
    """A pair at one block.

    Args:
        reserves: Of token0 and token1, as `getReserves` says.
        fee: Parts of `fee_scale` taken from the input.
        fee_scale: What the fork's formulas multiply by; 1,000 or 10,000.
    """

    reserves: tuple[int, int]
    fee: int = 3
    fee_scale: int = 1_000

    @property
    def coin_count(self) -> int:
        """Two, always."""
        return 2

    def out_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact input as the router does; see :class:`domain.amm.pool.Pool`.

        Raises:
            InputRefused: The input is 0 (INSUFFICIENT_INPUT_AMOUNT) or a product overflows.
            EmptyPool: A reserve is 0 (INSUFFICIENT_LIQUIDITY).
        """
        if units < 1:
            raise InputRefused("sell at least one unit (INSUFFICIENT_INPUT_AMOUNT)")
        there, here = self._oriented(sold, bought)
        word(word(units * (self.fee_scale - self.fee)) * here)
        return amount_out_units(units, there, here, self.fee, self.fee_scale)

    def in_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact output as the router does; see :class:`domain.amm.pool.Pool`.

        Raises:
            InputRefused: The output is 0 (INSUFFICIENT_OUTPUT_AMOUNT) or a product overflows.
            InsufficientLiquidity: The reserve does not hold more than that.
            EmptyPool: A reserve is 0 (INSUFFICIENT_LIQUIDITY).
        """
        if units < 1:
            raise InputRefused("take at least one unit (INSUFFICIENT_OUTPUT_AMOUNT)")
        there, here = self._oriented(sold, bought)
        word(there * units * self.fee_scale)
        return amount_in_units(units, there, here, self.fee, self.fee_scale)

    def swap(self, sold: int, bought: int, units: int) -> Fill:
        """Sell to the pair for good; see :class:`domain.amm.pool.Pool`.

        Raises:
            InputRefused: The output would be 0 (INSUFFICIENT_OUTPUT_AMOUNT), a reserve would leave
                its 112 bits (OVERFLOW), or the quote's own reasons.
            InsufficientLiquidity: The pair would not keep its product (K).
        """
        paid = self.out_units(sold, bought, units)
        if not paid:
            raise InputRefused("this pays nothing, which pairs refuse (INSUFFICIENT_OUTPUT_AMOUNT)")
        there, here = self._oriented(sold, bought)
        if not keeps_k(units, paid, there, here, self.fee, self.fee_scale):
            raise InsufficientLiquidity("the pair would not keep its product (K)")
        grown, shrunk = word(there + units, RESERVE_BITS), here - paid
        reserves = (grown, shrunk) if sold == 0 else (shrunk, grown)
        return Fill(units, paid, replace(self, reserves=reserves))

    def spot_rate(self, sold: int, bought: int) -> float:
        """Estimate the rate of the first unit; see :class:`domain.amm.pool.Pool`."""
        there, here = self._oriented(sold, bought)
        return here / there * (1 - self.fee / self.fee_scale) if there else 0.0

    def _oriented(self, sold: int, bought: int) -> tuple[int, int]:
        first, second = self.reserves
        return (first, second) if is_zero_in(sold, bought) else (second, first)
