"""A Balancer V2 weighted pool: n coins, each with its share of the value, on ∏ balance^weight.

Contracts: WeightedMath (`_calcOutGivenIn`, `_calcInGivenOut`) and the pool's `onSwap`, which takes
the fee from the input, counts every coin at 18 decimals and rounds against the trader throughout
(balancer-v2-monorepo). The Vault moves balances by the whole input: the fee stays in the pool.

Pools of 2021 raise every power through logarithms; later ones multiply exactly when the weights'
ratio is 1, 2 or 4. Managed, boosted and stable pools do not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.amm.fixed_powers import ONE, power
from domain.amm.pool import Fill
from domain.amm.words import ceil_div, word
from domain.errors import InputRefused

_POWER_ERROR = 10_000
_LARGEST_RATIO = 3 * 10**17
_TWO, _FOUR = 2 * ONE, 4 * ONE


@dataclass(frozen=True, slots=True)
class Weighted:
    """A pool at one block.

    Args:
        balances: Of each coin, as the Vault's `getPoolTokens` says.
        weights: Normalised, at 18 decimals.
        scales: 10^(18 - decimals) of each coin.
        fee: Swap fee at 18 decimals.
        has_exact_powers: Whether the deployment multiplies for exponents of 1, 2 and 4.
    """

    balances: tuple[int, ...]
    weights: tuple[int, ...]
    scales: tuple[int, ...]
    fee: int
    has_exact_powers: bool = True

    @property
    def coin_count(self) -> int:
        """As many as there are balances."""
        return len(self.balances)

    def out_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact input; see :class:`domain.amm.pool.Pool`. 0 sold pays 0.

        Raises:
            InputRefused: More than 30 % of the balance goes in (MAX_IN_RATIO), a coin is meant
                twice, or a number leaves the contract's bounds.
        """
        there, here = self._held(sold, bought)
        taxed = (units - ceil_div(word(units * self.fee), ONE)) * self.scales[sold]
        if taxed > word(there * _LARGEST_RATIO) // ONE:
            raise InputRefused("sell at most 30 % of the pool's balance (MAX_IN_RATIO)")
        base = ceil_div(word(there * ONE), there + taxed)
        exponent = self.weights[sold] * ONE // self.weights[bought]
        share = max(ONE - self._raised(base, exponent), 0)
        return word(here * share) // ONE // self.scales[bought]

    def in_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact output; see :class:`domain.amm.pool.Pool`.

        Raises:
            InputRefused: More than 30 % of the balance goes out (MAX_OUT_RATIO), a coin is meant
                twice, or a number leaves the contract's bounds.
        """
        there, here = self._held(sold, bought)
        taken = units * self.scales[bought]
        if taken > word(here * _LARGEST_RATIO) // ONE:
            raise InputRefused("take at most 30 % of the pool's balance (MAX_OUT_RATIO)")
        base = ceil_div(word(here * ONE), here - taken)
        exponent = ceil_div(self.weights[bought] * ONE, self.weights[sold])
        ratio = word(self._raised(base, exponent) - ONE)
        asked = ceil_div(ceil_div(word(there * ratio), ONE), self.scales[sold])
        return ceil_div(word(asked * ONE), ONE - self.fee)

    def swap(self, sold: int, bought: int, units: int) -> Fill:
        """Sell to the pool for good; see :class:`domain.amm.pool.Pool` and :meth:`out_units`."""
        paid = self.out_units(sold, bought, units)
        balances = list(self.balances)
        balances[sold] = word(balances[sold] + units, 112)
        balances[bought] -= paid
        return Fill(units, paid, replace(self, balances=tuple(balances)))

    def spot_rate(self, sold: int, bought: int) -> float:
        """Estimate the rate of the first unit; see :class:`domain.amm.pool.Pool`."""
        if not self.balances[sold]:
            return 0.0
        held = self.balances[bought] / self.balances[sold]
        return held * self.weights[sold] / self.weights[bought] * (1 - self.fee / ONE)

    def _held(self, sold: int, bought: int) -> tuple[int, int]:
        """Give both balances at 18 decimals."""
        if sold == bought or not {sold, bought} <= set(range(self.coin_count)):
            raise InputRefused("sell one of the pool's coins for another", sold=sold, got=bought)
        return (
            word(self.balances[sold] * self.scales[sold]),
            word(self.balances[bought] * self.scales[bought]),
        )

    def _raised(self, base: int, exponent: int) -> int:
        """Raise to a power, rounded up (FixedPoint.powUp)."""
        if self.has_exact_powers and exponent in {ONE, _TWO, _FOUR}:
            result = base
            for _ in range({ONE: 0, _TWO: 1, _FOUR: 2}[exponent]):
                result = ceil_div(word(result * result), ONE)
            return result
        raw = power(base, exponent)
        return raw + ceil_div(word(raw * _POWER_ERROR), ONE) + 1
