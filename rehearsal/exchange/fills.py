"""What becomes of two orders that meet: the trade, what each has filled, how each ends."""

from __future__ import annotations

from rehearsal.exchange import terms
from rehearsal.exchange.commands import Order, Trade


def trade_of(number: int, at_us: int, taker: Order, maker: Order, lots: int) -> Trade:
    """Make the trade of an order that arrives and one that rests, at the price of the latter."""
    cost = terms.cost_units(maker.price_ticks, lots)
    return Trade(
        number=number,
        at_us=at_us,
        side=taker.side,
        taker_kind=taker.kind,
        price_ticks=maker.price_ticks,
        lots=lots,
        cost_units=cost,
        taker_order=taker.number,
        maker_order=maker.number,
        taker=taker.account,
        maker=maker.account,
        taker_fee_units=terms.fee_units(cost, terms.TAKER_FEE_PIPS),
        maker_fee_units=terms.fee_units(cost, terms.MAKER_FEE_PIPS),
    )


def fill(order: Order, trade: Trade, fee_units: int) -> None:
    """Book a trade on one of its two orders, with the fee of that side."""
    order.filled_lots += trade.lots
    order.cost_units += trade.cost_units
    order.fee_units += fee_units
    order.fills.append(trade.number)


def close(order: Order, at_us: int, reason: str) -> None:
    """End an order: filled where no reason is given, else taken back for it."""
    order.status = "canceled" if reason else "closed"
    order.reason = reason
    order.closed_us = at_us
