"""An order book as something a cycle can pass through, asked the way a pool is asked.

Coin 0 is the base, coin 1 the quote. Amounts are the exchange's own base units on the outside and
whole lots of 10^-8 on the inside: what does not fill a lot is kept, not sold. Costs and fees round
against us once a walk; the venue rounds each fill, so what it charges may differ by a unit a fill.
Depth ends where the book ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.amm.pool import Fill
from domain.cycles.reason import Bad
from domain.errors import InputRefused, InsufficientLiquidity
from domain.market.book import Book, Rung, depth_e8, fill, rungs
from domain.money import PIPS

BASE = 0
_E8 = 8
_E16 = 10**16


@dataclass(frozen=True, slots=True)
class Ladder:
    """A book's two sides as integers, with what the exchange charges.

    Args:
        bids, asks: Best first.
        base_decimals: Digits of the base's units; at least 8.
        quote_decimals: Digits of the quote's units.
        lot_e8: Smallest step of the base in 10^-8.
        fee_pips: Taker fee in millionths of the cost, in quote.
    """

    bids: tuple[Rung, ...]
    asks: tuple[Rung, ...]
    base_decimals: int = 18
    quote_decimals: int = 6
    lot_e8: int = 1
    fee_pips: int = 0

    @classmethod
    def of(cls, book: Book, shape: Ladder) -> Ladder:
        """Take a book's levels, with decimals, lot and fee as in `shape`."""
        return replace(shape, bids=rungs(book.bids), asks=rungs(book.asks))

    @property
    def coin_count(self) -> int:
        """Base and quote."""
        return 2

    @property
    def lot_units(self) -> int:
        """Smallest step of the base in base units."""
        return self.lot_e8 * self._base_step

    def fault(self) -> Bad | None:
        """Say why nobody can trade on it."""
        if not (self.bids and self.asks):
            return Bad.ONE_SIDED if self.bids or self.asks else Bad.EMPTY_BOOK
        if min(rung.price_e8 for rung in (*self.bids, *self.asks)) <= 0:
            return Bad.PRICE_NOT_POSITIVE
        return Bad.CROSSED if self.bids[0].price_e8 >= self.asks[0].price_e8 else None

    def out_units(self, sold: int, bought: int, units: int) -> int:
        """Sell base into the bids, or buy base from the asks with so much quote, fee inside.

        Raises:
            InputRefused: The amount is no lot, or `sold` and `bought` are not the two coins.
            InsufficientLiquidity: The ladder is shorter than that.
        """
        _check(sold, bought)
        return self._sell(units) if sold == BASE else self._buy(units)

    def in_units(self, sold: int, bought: int, units: int) -> int:
        """Give what a wanted amount costs: quote for base bought, base for quote wanted.

        Raises:
            InputRefused: The amount is not positive.
            InsufficientLiquidity: The ladder is shorter than that.
        """
        _check(sold, bought)
        if units < 1:
            raise InputRefused("take at least one unit of a book")
        if sold != BASE:
            return self._cost(_ceil(_ceil(units, self._base_step), self.lot_e8) * self.lot_e8)
        return self._least_base(units)

    def swap(self, sold: int, bought: int, units: int) -> Fill:
        """Walk the book for good, as if nobody refilled it; raises as :meth:`out_units`."""
        paid = self.out_units(sold, bought, units)
        size = (units if sold == BASE else paid) // self._base_step
        after = _without(self.bids if sold == BASE else self.asks, size)
        sides = {"bids": after} if sold == BASE else {"asks": after}
        return Fill(units, paid, replace(self, **sides))

    def spot_rate(self, sold: int, bought: int) -> float:
        """Estimate what the first unit pays, fee taken; never less than any size pays."""
        _check(sold, bought)
        scale = 10.0 ** (self.quote_decimals - self.base_decimals - _E8)
        if sold == BASE:
            return self.bids[0].price_e8 * scale * (1 - self.fee_pips / PIPS)
        return 1 / (self.asks[0].price_e8 * scale * (1 + self.fee_pips / PIPS))

    def cap(self, sold: int) -> float:
        """Give the most this side can ever pay out, in base units of what is bought."""
        if sold != BASE:
            return float(depth_e8(self.asks) * self._base_step)
        gross = sum(price * size for price, size in self.bids)
        return float(self._quote_units(gross)[0] + 1)

    @property
    def _base_step(self) -> int:
        """Base units in 10^-8 of the base."""
        return 10 ** (self.base_decimals - _E8)

    def _quote_units(self, cost_e16: int) -> tuple[int, int]:
        """Turn a cost of 10^-16 into quote units, floored, and the rest."""
        return divmod(cost_e16 * 10**self.quote_decimals, _E16)

    def _budget_e16(self, quote_units: int) -> int:
        """Turn quote units into a cost of 10^-16, floored."""
        return max(quote_units, 0) * _E16 // 10**self.quote_decimals

    def _sell(self, units: int) -> int:
        size = units // self._base_step // self.lot_e8 * self.lot_e8
        walked = fill(self.bids, size) if size > 0 else None
        if walked is None:
            raise InsufficientLiquidity("no lot of this can be sold here", units=units)
        gross, _ = self._quote_units(walked.cost_e16)
        return gross - _ceil(gross * self.fee_pips, PIPS)

    def _buy(self, units: int) -> int:
        """Spend at most `units` of quote; up to three units stay, so that roundings are covered."""
        size = self._affordable(units - 2) // self.lot_e8 * self.lot_e8
        if size <= 0:
            raise InsufficientLiquidity("no lot of this can be bought here", units=units)
        return size * self._base_step

    def _affordable(self, units: int) -> int:
        """Walk the asks with a budget, fee taken out of it, in 10^-8 of the base."""
        budget = self._budget_e16(units * PIPS // (PIPS + self.fee_pips))
        size = 0
        for price, rung in self.asks:
            taken = min(rung, budget // price)
            size, budget = size + taken, budget - taken * price
            if taken < rung:
                return size
        if self._quote_units(budget)[0]:
            raise InsufficientLiquidity("the book holds less than this buys", units=units)
        return size

    def _cost(self, size_e8: int) -> int:
        walked = fill(self.asks, size_e8)
        if walked is None:
            raise InsufficientLiquidity("the book holds less than this", size_e8=size_e8)
        whole, rest = self._quote_units(walked.cost_e16)
        gross = whole + (rest > 0)
        return gross + _ceil(gross * self.fee_pips, PIPS)

    def _least_base(self, quote_units: int) -> int:
        """Walk the bids until the proceeds, fee taken, surely reach an amount."""
        wanted = self._budget_e16(_ceil((quote_units + 2) * PIPS, PIPS - self.fee_pips)) + 1
        size = 0
        for price, rung in self.bids:
            taken = min(rung, _ceil(wanted, price))
            size, wanted = size + taken, wanted - taken * price
            if wanted <= 0:
                return _ceil(size, self.lot_e8) * self.lot_e8 * self._base_step
        raise InsufficientLiquidity("the bids hold less than this", units=quote_units)


def _without(ladder: tuple[Rung, ...], size_e8: int) -> tuple[Rung, ...]:
    left = list[Rung]()
    for price, size in ladder:
        taken = min(size, size_e8)
        size_e8 -= taken
        if size > taken:
            left.append(Rung(price, size - taken))
    return tuple(left)


def _check(sold: int, bought: int) -> None:
    if {sold, bought} != {0, 1}:
        raise InputRefused("a book has two coins, base 0 and quote 1", sold=sold, bought=bought)


def _ceil(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
