"""One exchange as a place for parts of a large order: its grid, its lane, its book as an offer.

Between the exchange's own units and text and the 10^-8 of `domain/algorithms`. Pure but for asking
the market.
"""

from __future__ import annotations

from fractions import Fraction

from domain.algorithms.parent import Child, ParentOrder, child_id
from domain.algorithms.routing import Offer
from domain.algorithms.shortfall import Filled
from domain.desk import DeskCard
from domain.money import BPS, MARK_SCALE, exact_units, from_units
from journal.records import OrderIntended, QuotedLeg
from live.execution.answers import OrderAnswer
from live.execution.order_lane import OrderLane
from live.execution.ports import Ladders, Market

E8 = 8
CHILD_COLLAR_BPS = 10
"""How far beyond the worst level seen a child may trade: as much as the paper exchange's taker fee,
for levels that were taken while the order travelled; the order's own limit holds beside it."""


class Place:
    """One exchange for one order.

    Args:
        card: Whose exchange it is.
        market: The exchange.
        lane: Sends to it and asks it.
        least_e8: Smallest order it takes.
    """

    def __init__(self, card: DeskCard, market: Market, lane: OrderLane, least_e8: int) -> None:
        self.card = card
        self.market = market
        self.lane = lane
        self.least_e8 = least_e8
        exchange = card.exchange
        self.venue = exchange.venue
        self.lot_e8 = exact_units(exchange.lot, E8)
        self._tick_e8 = exact_units(exchange.price_tick, E8)
        self._digits = len(exchange.price_tick.partition(".")[2])
        self._base_decimals = card.asset(exchange.base_asset).decimals
        self._quote_decimals = card.asset(exchange.quote_asset).decimals

    def offer(self, side: str, ladders: Ladders) -> Offer:
        """Write a side of the book as what a division chooses from."""
        ladder = ladders.asks if side == "buy" else ladders.bids
        fee_pips = self.card.exchange.taker_fee_pips
        return Offer(self.venue, ladder, fee_pips, self.lot_e8, self.least_e8)

    def limit_e8(self, order: ParentOrder, worst_e8: int) -> int:
        """Put a child's limit on the grid: a collar beyond the worst level, never past the order's.

        Args:
            order: Whose limit holds, if it has one.
            worst_e8: Of the levels the child is meant for.
        """
        if order.side == "buy":
            reach = worst_e8 * (BPS + CHILD_COLLAR_BPS) // BPS
            return min(reach, order.limit_e8 or reach) // self._tick_e8 * self._tick_e8
        reach = worst_e8 * (BPS - CHILD_COLLAR_BPS) // BPS
        return -(-max(reach, order.limit_e8) // self._tick_e8) * self._tick_e8

    def base_units(self, size_e8: int) -> int:
        """Turn a size into the exchange's base units."""
        return exact_units(from_units(size_e8, E8), self._base_decimals)

    def size_e8(self, base_units: int) -> int:
        """Turn base units of the exchange into a size."""
        return exact_units(from_units(base_units, self._base_decimals), E8)

    def intent(self, order: ParentOrder, child: Child) -> OrderIntended:
        """Write a child as the order that is about to be sent."""
        price = from_units(child.limit_e8, E8)
        return OrderIntended(
            client_order_id=child_id(order.parent_id, child.slice_number, child.venue),
            execution_id=order.parent_id,
            venue=self.venue,
            symbol=self.card.exchange.symbol,
            side=order.side,
            base_units=self.base_units(child.size_e8),
            limit_price=price[: len(price) - E8 + self._digits],
            purpose="slice",
        )

    def leg(self, side: str, size_e8: int, price_e8: int, mark_e6: int) -> QuotedLeg:
        """Write what would be traded as the leg that risk judges, at its worst price."""
        exchange = self.card.exchange
        quote_units = -(-size_e8 * price_e8 * 10**self._quote_decimals // 10 ** (2 * E8))
        return QuotedLeg(
            venue=self.venue,
            side=side,
            base_asset=exchange.base_asset,
            quote_asset=exchange.quote_asset,
            base_units=self.base_units(size_e8),
            quote_units=quote_units,
            top_price_e6=mark_e6,
            quote_price_e6=price_e8 // 10 ** (E8 - MARK_SCALE),
            fee_pips=0,
            evidence="book",
        )

    def filled(self, answer: OrderAnswer) -> Filled:
        """Write what an order filled in whole base and quote."""
        base, quote = 10**self._base_decimals, 10**self._quote_decimals
        return Filled(
            Fraction(answer.filled_base_units, base),
            Fraction(answer.filled_quote_units, quote),
            Fraction(answer.fee_units, quote),
        )
