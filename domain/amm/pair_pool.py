"""A pool seen as a market for one pair: what buying or selling an exact amount of base does.

Which token is the base is the desk's view, not the pool's; this is the only place that turns one
into the other. The curve itself is in the modules beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.market.price import BUY, price_e6


class Curve(Protocol):
    """What every kind of pool can answer about its own tokens 0 and 1."""

    @property
    def fee_pips(self) -> int:
        """Fee in millionths of the input."""
        ...

    def exact_in(self, *, zero_for_one: bool, units: int) -> int | None:
        """Quote an exact input; ``None`` when it cannot be filled."""
        ...

    def exact_out(self, *, zero_for_one: bool, units: int) -> int | None:
        """Quote an exact output; ``None`` when it cannot be filled."""
        ...

    def spot_ratio(self) -> tuple[int, int]:
        """Give token1 per token0 in base units as (numerator, denominator)."""
        ...


@dataclass(frozen=True, slots=True)
class PairPool:
    """A pool oriented as base against quote.

    Args:
        venue: Its name in facts.
        is_base_token0: Whether the contract's token0 is the desk's base.
        base_decimals: Read from the token contract.
        quote_decimals: Likewise.
        curve: Its state at one block.
    """

    venue: str
    is_base_token0: bool
    base_decimals: int
    quote_decimals: int
    curve: Curve

    def cost_units(self, base_units: int) -> int | None:
        """Quote what taking exactly this much base costs in quote units, pool fee included."""
        return self.curve.exact_out(zero_for_one=not self.is_base_token0, units=base_units)

    def proceeds_units(self, base_units: int) -> int | None:
        """Quote what selling exactly this much base pays in quote units, pool fee taken."""
        return self.curve.exact_in(zero_for_one=self.is_base_token0, units=base_units)

    def quote_units(self, side: str, base_units: int) -> int | None:
        """Quote either side: the cost of a buy or the proceeds of a sell."""
        return self.cost_units(base_units) if side == BUY else self.proceeds_units(base_units)

    def spot_ratio(self) -> tuple[int, int]:
        """Give quote units per base unit, without fee, as (numerator, denominator).

        Raises:
            EmptyPool: The pool has no price.
        """
        numerator, denominator = self.curve.spot_ratio()
        return (numerator, denominator) if self.is_base_token0 else (denominator, numerator)

    def spot_price_e6(self, side: str) -> int:
        """Give the spot price without fee, rounded against `side`.

        Raises:
            EmptyPool: The pool has no price.
        """
        numerator, denominator = self.spot_ratio()
        return price_e6(
            side,
            numerator,
            denominator,
            base_decimals=self.base_decimals,
            quote_decimals=self.quote_decimals,
        )
