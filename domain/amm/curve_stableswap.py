"""A Curve stableswap pool of plain coins: n coins on one invariant, solved by Newton's method.

Contracts: StableSwap3Pool.vy and its elders for the first form, SwapTemplateBase.vy and the factory
pools after it for the later one (curve-contract): `get_D`, `get_y`, `get_dy`, `exchange`. The
invariant is A·n·S + D = A·n·D + D^(n+1) / (n^n·∏x); deployments differ in how it is rounded, and
:class:`Form` names every such difference, so that a pool is a form and its numbers.

What `get_dy` says and what `exchange` pays differ by a unit in pools that convert before taking the
fee: quotes here are what `exchange` pays, and :meth:`StableSwap.get_dy` is the contract's own view.

Metapools, lending pools whose rates move by themselves, and crypto pools do not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from domain.amm.pool import Fill, no_exact_output
from domain.amm.words import div, word
from domain.errors import InputRefused, InsufficientLiquidity

PRECISION = 10**18
FEE_SCALE = 10**10
_ROUNDS = 255


class Product(Enum):
    """How D^(n+1) / (n^n·∏x) is rounded."""

    BY_COIN = "by coin"
    """Divided by x·n at each coin."""
    BY_COIN_PLUS_ONE = "by coin plus one"
    """Divided by x·n + 1 at each coin: older pools, so that an empty coin does not divide by 0."""
    AT_THE_END = "at the end"
    """Divided by x at each coin, and by n^n once: factory pools and what came after."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a deployment rounds.

    Args:
        a_precision: What the contract's A is scaled by: 1 in the first pools, 100 since.
        product: See :class:`Product`.
        keeps_one: Whether one unit stays in the pool against rounding; the first pools pay it out.
        converts_first: Whether `get_dy` converts to the coin's decimals before it takes the fee.
    """

    a_precision: int = 100
    product: Product = Product.BY_COIN
    keeps_one: bool = True
    converts_first: bool = False


@dataclass(frozen=True, slots=True)
class StableSwap:
    """A pool at one block.

    Args:
        balances: Of each coin, as the contract's `balances` say.
        rates: What turns each coin into 18 decimals, scaled by 10^18: 10^30 for six decimals.
        amp: A times the form's precision, at the block's time.
        fee: Parts of 10^10 taken from the output.
        admin_fee: Parts of 10^10 of that fee which leave the pool.
        form: How this deployment rounds.
    """

    balances: tuple[int, ...]
    rates: tuple[int, ...]
    amp: int
    fee: int
    admin_fee: int = 0
    form: Form = Form()

    @property
    def coin_count(self) -> int:
        """As many as there are balances."""
        return len(self.balances)

    def get_dy(self, sold: int, bought: int, units: int) -> int:
        """Compute what the contract's view `get_dy` answers.

        Raises:
            InputRefused: The pool is empty, a coin is meant twice, or a product overflows.
        """
        moved = self._moved(sold, bought, units)
        if not self.form.converts_first:
            return self._converted(moved - word(self.fee * moved) // FEE_SCALE, bought)
        paid = self._converted(moved, bought)
        return paid - self.fee * paid // FEE_SCALE

    def out_units(self, sold: int, bought: int, units: int) -> int:
        """Compute what `exchange` pays for an exact input; see :class:`domain.amm.pool.Pool`.

        Raises:
            InputRefused: As for :meth:`get_dy`.
        """
        moved = self._moved(sold, bought, units)
        return self._converted(moved - word(self.fee * moved) // FEE_SCALE, bought)

    def in_units(self, sold: int, bought: int, units: int) -> int:
        """Refuse: these contracts quote no exact outputs.

        Raises:
            InputRefused: Always.
        """
        raise no_exact_output(sold, bought, units)

    def swap(self, sold: int, bought: int, units: int) -> Fill:
        """Exchange for good; see :class:`domain.amm.pool.Pool`.

        Raises:
            InputRefused: As for :meth:`get_dy`.
            InsufficientLiquidity: It would pay more than the pool holds.
        """
        moved = self._moved(sold, bought, units)
        fee = word(moved * self.fee) // FEE_SCALE
        paid = self._converted(moved - fee, bought)
        kept_back = self._converted(fee * self.admin_fee // FEE_SCALE, bought)
        balances = list(self.balances)
        balances[sold] += units
        balances[bought] -= paid + kept_back
        if balances[bought] < 0:
            raise InsufficientLiquidity("take less than the pool holds", asked=paid)
        return Fill(units, paid, replace(self, balances=tuple(balances)))

    def spot_rate(self, sold: int, bought: int) -> float:
        """Estimate the rate of the first unit; see :class:`domain.amm.pool.Pool`."""
        scaled = self._scaled()
        if not all(scaled):
            return 0.0
        invariant = self.invariant(scaled)
        slope = self.amp * self.coin_count / self.form.a_precision
        product = float(invariant)
        for x in scaled:
            product *= invariant / (x * self.coin_count)
        rate = (slope + product / scaled[sold]) / (slope + product / scaled[bought])
        return rate * self.rates[sold] / self.rates[bought] * (1 - self.fee / FEE_SCALE)

    def invariant(self, scaled: tuple[int, ...]) -> int:
        """Solve for D over balances of 18 decimals (`get_D`).

        Raises:
            InputRefused: A coin is empty, or a product overflows.
        """
        return _invariant(scaled, self.amp, self.form)

    def _moved(self, sold: int, bought: int, units: int) -> int:
        """Compute what leaves coin `bought` before fee, at 18 decimals."""
        if sold == bought or not {sold, bought} <= set(range(self.coin_count)):
            raise InputRefused("sell one of the pool's coins for another", sold=sold, got=bought)
        scaled = self._scaled()
        x = word(scaled[sold] + word(units * self.rates[sold]) // PRECISION)
        y = self._solved(sold, bought, x, scaled)
        return word(scaled[bought] - y - (1 if self.form.keeps_one else 0))

    def _solved(self, sold: int, bought: int, x: int, scaled: tuple[int, ...]) -> int:
        """Solve for the balance of `bought` when `sold` holds x (`get_y`)."""
        count, precision = len(scaled), self.form.a_precision
        invariant = self.invariant(scaled)
        slope, term, total = self.amp * count, invariant, 0
        for coin in range(count):
            if coin != bought:
                held = x if coin == sold else scaled[coin]
                total += held
                term = div(word(term * invariant), held * count)
        term = div(word(term * invariant * precision), slope * count)
        linear = total + div(invariant * precision, slope)
        y = invariant
        for _ in range(_ROUNDS):
            before, y = y, div(word(y * y) + term, word(2 * y + linear - invariant))
            if abs(y - before) <= 1:
                break
        return y

    def _scaled(self) -> tuple[int, ...]:
        return tuple(
            word(balance * rate) // PRECISION
            for balance, rate in zip(self.balances, self.rates, strict=True)
        )

    def _converted(self, scaled: int, coin: int) -> int:
        return div(word(scaled * PRECISION), self.rates[coin])


@lru_cache(maxsize=8192)  # each quote of a snapshot begins with the same D
def _invariant(scaled: tuple[int, ...], amp: int, form: Form) -> int:
    count, precision, total = len(scaled), form.a_precision, sum(scaled)
    slope = amp * count
    result = total
    for _ in range(_ROUNDS if total else 0):
        product, before = _product(scaled, result, form.product), result
        above = word(word(slope * total // precision + product * count) * result)
        below = word((slope - precision) * result) // precision + (count + 1) * product
        result = div(above, below)
        if abs(result - before) <= 1:
            return result
    return result


def _product(scaled: tuple[int, ...], invariant: int, form: Product) -> int:
    count, result = len(scaled), invariant
    for x in scaled:
        if form is Product.AT_THE_END:
            result = div(word(result * invariant), x)
        else:
            result = div(word(result * invariant), x * count + (form is Product.BY_COIN_PLUS_ONE))
    return result // count**count if form is Product.AT_THE_END else result


def ramped(first: int, last: int, begins_s: int, ends_s: int, now_s: int) -> int:
    """Compute a coefficient on its way from one value to another, rounded toward the first.

    Args:
        first: `initial_A`, at `begins_s`.
        last: `future_A`, from `ends_s` on.
        begins_s: Unix seconds.
        ends_s: Unix seconds; 0 or past when nothing is on its way.
        now_s: The block's time.

    Source:
        `_A` of every stableswap pool.
    """
    if now_s >= ends_s or ends_s <= begins_s:
        return last
    step = abs(last - first) * (now_s - begins_s) // (ends_s - begins_s)
    return first + step if last > first else first - step
