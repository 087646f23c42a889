"""A Solidly pool of the second generation: volatile on x·y, stable on x³y + xy³, fees kept apart.

Contract: Pool (Velodrome V2, Aerodrome): getAmountOut for quotes, swap for what a swap must
satisfy. The fee leaves the pool at once, so reserves grow by the input less the fee. The stable
curve counts both coins at 18 decimals and solves for the other side by Newton's method; where it
stops is part of the answer, so the steps are kept as deployed, roundings, overflows and all.

Two of those look odd and are real. Rounding the fee down favours the trader by less than a unit.
And one test inside the solver scales by the decimals a second time (`_k` in place of `_f`), which
makes it true at once, or overflow, for coins of fewer than 18 decimals.

Pools of the first generation (Solidly itself, Velodrome V1) stop their solver by another rule and
do not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.amm.pool import Fill, is_zero_in, no_exact_output
from domain.amm.words import div, word
from domain.errors import InputRefused, InsufficientLiquidity

ONE = 10**18
FEE_SCALE = 10_000
_ROUNDS = 255


@dataclass(frozen=True, slots=True)
class Solidly:
    """A pool at one block.

    Args:
        reserves: Of token0 and token1.
        fee: Parts of 10,000 taken from the input, as the factory says for this pool.
        scales: 10^decimals of each token; only the stable curve looks at them.
        is_stable: Which of the two curves.
    """

    reserves: tuple[int, int]
    fee: int
    scales: tuple[int, int]
    is_stable: bool

    @property
    def coin_count(self) -> int:
        """Two, always."""
        return 2

    def out_units(self, sold: int, bought: int, units: int) -> int:
        """Quote an exact input; see :class:`domain.amm.pool.Pool`. 0 sold pays 0.

        Raises:
            InputRefused: A product overflows, the pool is empty, or the solver finds no end (!y).
        """
        is_zero_in(sold, bought)
        taxed = units - word(units * self.fee) // FEE_SCALE
        there, here = self.reserves[sold], self.reserves[bought]
        if not self.is_stable:
            return div(word(taxed * here), word(there + taxed))
        scale_in, scale_out = self.scales[sold], self.scales[bought]
        target = self.invariant(self.reserves)
        before = word(here * ONE) // scale_out
        x = word(taxed * ONE) // scale_in + word(there * ONE) // scale_in
        return word(before - self._solved(x, target, before)) * scale_out // ONE

    def in_units(self, sold: int, bought: int, units: int) -> int:
        """Refuse: this contract quotes no exact outputs.

        Raises:
            InputRefused: Always.
        """
        raise no_exact_output(sold, bought, units)

    def swap(self, sold: int, bought: int, units: int) -> Fill:
        """Sell to the pool for good; see :class:`domain.amm.pool.Pool`.

        Raises:
            InputRefused: As for :meth:`out_units`, or it pays nothing (InsufficientOutputAmount).
            InsufficientLiquidity: It would empty the pool, or lower its invariant (K).
        """
        paid = self.out_units(sold, bought, units)
        if not paid:
            raise InputRefused("this pays nothing, which pools refuse (InsufficientOutputAmount)")
        grown = word(self.reserves[sold] + units - units * self.fee // FEE_SCALE)
        shrunk = self.reserves[bought] - paid
        if shrunk <= 0:
            raise InsufficientLiquidity("this would empty the pool (InsufficientLiquidity)")
        reserves = (grown, shrunk) if sold == 0 else (shrunk, grown)
        if self.invariant(reserves) < self.invariant(self.reserves):
            raise InsufficientLiquidity("the pool would not keep its invariant (K)")
        return Fill(units, paid, replace(self, reserves=reserves))

    def spot_rate(self, sold: int, bought: int) -> float:
        """Estimate the rate of the first unit; see :class:`domain.amm.pool.Pool`."""
        is_zero_in(sold, bought)
        there, here = self.reserves[sold], self.reserves[bought]
        if not there or not here:
            return 0.0
        kept = 1 - self.fee / FEE_SCALE
        if not self.is_stable:
            return here / there * kept
        x, y = there / self.scales[sold], here / self.scales[bought]
        slope = y / x * (3 + (y / x) ** 2) / (1 + 3 * (y / x) ** 2)
        return slope * self.scales[bought] / self.scales[sold] * kept

    def invariant(self, amounts: tuple[int, int]) -> int:
        """Compute the pool's `_k` over two amounts of its coins.

        Raises:
            InputRefused: A product overflows.
        """
        first, second = amounts
        if not self.is_stable:
            return word(first * second)
        return _curve(word(first * ONE) // self.scales[0], word(second * ONE) // self.scales[1])

    def _solved(self, x: int, target: int, y: int) -> int:
        """Find the y at which the curve through `target` holds x; all at 18 decimals."""
        for _ in range(_ROUNDS):
            value = _curve(x, y)
            delta = div(word(abs(target - value) * ONE), _slope(x, y))
            if value < target:
                if not delta and self.invariant((x, y + 1)) > target:
                    return y + 1
                y = word(y + (delta or 1))
            else:
                if not delta and (value == target or _curve(x, word(y - 1)) < target):
                    return y
                y = word(y - (delta or 1))
        raise InputRefused("the contract's solver finds no end (!y); ask for another amount")


def _curve(x: int, y: int) -> int:
    """Compute x³y + xy³ at 18 decimals, rounded as `_f` and `_k` round."""
    product = word(x * y) // ONE
    squares = word(word(x * x) // ONE + word(y * y) // ONE)
    return word(product * squares) // ONE


def _slope(x: int, y: int) -> int:
    """Compute 3xy² + x³ at 18 decimals, rounded as `_d` rounds."""
    first = word(3 * x * (word(y * y) // ONE)) // ONE
    return first + word(word(x * x) // ONE * x) // ONE
