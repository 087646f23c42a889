"""What an order keeps aside of its owner's money, and what one that is asked for would need."""

from __future__ import annotations

from collections.abc import Iterable

from rehearsal.exchange import terms
from rehearsal.exchange.commands import Order, Place


def held_units(order: Order) -> tuple[str, int]:
    """Tell which asset, and how much of it, the open part of a resting order holds."""
    if order.side == "sell":
        return terms.BASE, terms.base_units(order.open_lots)
    return terms.QUOTE, terms.hold_quote_units(order.price_ticks, order.open_lots)


def needed_units(order: Place, asks: Iterable[Order]) -> tuple[str, int]:
    """Tell which asset, and how much of it, an order has to find free.

    Args:
        order: What is asked for.
        asks: The other side of a purchase, best first; a market order takes of them.
    """
    if order.side == "sell":
        return terms.BASE, terms.base_units(order.lots)
    if order.kind == "limit":
        return terms.QUOTE, terms.hold_quote_units(order.price_ticks, order.lots)
    return terms.QUOTE, _market_cost_units(order.lots, asks)


def _market_cost_units(lots: int, asks: Iterable[Order]) -> int:
    needed = 0
    for resting in asks:
        taken = min(lots, resting.open_lots)
        needed += terms.hold_quote_units(resting.price_ticks, taken)
        lots -= taken
        if not lots:
            break
    return needed
