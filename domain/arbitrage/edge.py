"""What an edge is worth: two legs as quoted, the exchange's fee, the gas, and what is left.

The one definition of expected profit, for the loop that looks for it and the books that compare it
with what came of it. Values are integers of 10^-24 book currency, so nothing is rounded after the
quotes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.market.price import BUY, average_price_e6
from domain.money import MARK_SCALE, value_usd_e24

USD_MARK_E6 = 10**MARK_SCALE
"""The book currency's own mark."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of an edge as its venue quotes it.

    Args:
        side: ``buy`` or ``sell``, of the base.
        base_units: Moved, in the venue's own units; positive.
        base_decimals: Of those units.
        quote_units: Moved the other way; a pool's fee is inside, an exchange's is not.
        quote_decimals: Of those units; the quote is worth the book currency.
        top_price_e6: Before size: pool spot without fee, or best level.
        fee_pips: Of the pool; 0 at an exchange.
    """

    venue: str
    side: str
    base_units: int
    base_decimals: int
    quote_units: int
    quote_decimals: int
    top_price_e6: int
    fee_pips: int

    @property
    def quote_price_e6(self) -> int:
        """Average price quoted for the size, rounded against us."""
        return average_price_e6(
            self.side, self.base_units, self.base_decimals, self.quote_units, self.quote_decimals
        )

    def value_usd_e24(self, mark_e6: int) -> int:
        """Value both movements at a mark: positive where the quote is better than the mark."""
        base = value_usd_e24(self.base_units, self.base_decimals, mark_e6)
        quote = value_usd_e24(self.quote_units, self.quote_decimals, USD_MARK_E6)
        return base - quote if self.side == BUY else quote - base


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an edge should bring: ``net = gross - fee - gas``, all in 10^-24 book currency.

    Args:
        gross_usd_e24: Legs as quoted, pool fees and size impact inside, unequal base at the mark.
        fee_usd_e24: What exchanges charge on top.
        gas_usd_e24: Gas at the mark of the native coin.
    """

    gross_usd_e24: int
    fee_usd_e24: int
    gas_usd_e24: int

    @property
    def net_usd_e24(self) -> int:
        """What is left."""
        return self.gross_usd_e24 - self.fee_usd_e24 - self.gas_usd_e24


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what conditions an edge is looked for.

    Args:
        mark_e6: Decision mark of the base, which also values gas.
        gas_wei: What the transaction of this strategy is expected to cost.
        min_net_usd_e24: Less than this is not worth doing.
        max_notional_usd_e24: Most book currency one leg may move, at the mark.
    """

    mark_e6: int
    gas_wei: int
    min_net_usd_e24: int
    max_notional_usd_e24: int

    def max_base_units(self, base_decimals: int) -> int:
        """Give the largest size the notional allows, floored."""
        return self.max_notional_usd_e24 // value_usd_e24(1, base_decimals, self.mark_e6)


@dataclass(frozen=True, slots=True)
class Edge:
    """An opportunity: buy here, sell there, and what that should bring."""

    strategy: str
    buy: Leg
    sell: Leg
    gas_wei: int
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class NoOpportunity:
    """The ordinary answer, with its reason as a word for counters.

    ``no_edge`` (the prices do not cross after fees), ``no_liquidity`` (not even the smallest size
    can be filled on both sides), ``below_minimum`` (something is left, but too little after gas and
    fees).
    """

    reason: str


NO_EDGE = NoOpportunity("no_edge")
NO_LIQUIDITY = NoOpportunity("no_liquidity")
BELOW_MINIMUM = NoOpportunity("below_minimum")


def expectation_of(
    legs: Sequence[Leg], *, fee_usd_e24: int, gas_wei: int, mark_e6: int
) -> Expectation:
    """Value legs as quoted, together with what is charged on top.

    Args:
        legs: As quoted, in any order.
        fee_usd_e24: Charged by exchanges.
        gas_wei: Of all transactions; the native coin is worth the base's mark.
        mark_e6: Decision mark of the base.
    """
    return Expectation(
        gross_usd_e24=sum(leg.value_usd_e24(mark_e6) for leg in legs),
        fee_usd_e24=fee_usd_e24,
        gas_usd_e24=value_usd_e24(gas_wei, 18, mark_e6),
    )


def judged(edge: Edge, terms: Terms) -> Edge | NoOpportunity:
    """Let an edge pass only if what is left is worth doing."""
    if edge.expectation.net_usd_e24 < max(terms.min_net_usd_e24, 1):
        return BELOW_MINIMUM
    return edge
