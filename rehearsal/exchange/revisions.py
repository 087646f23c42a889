"""What a venue does to trades after the fact: takes one back, corrects one, books one twice.

Only orders that are closed are revised, so nothing here touches the book or a hold. Filling a
closed order after all needs the book and is the engine's.
"""

from __future__ import annotations

import msgspec

from rehearsal.exchange import terms
from rehearsal.exchange.accounts import Accounts
from rehearsal.exchange.commands import (
    Amend,
    Bust,
    Order,
    Outcome,
    Refusal,
    Repeat,
    Revive,
    Trade,
)
from rehearsal.exchange.payments import (
    can_pay,
    correct,
    correction_lines,
    pay,
    pay_back,
    trade_lines,
)

STILL_OPEN = Refusal("EOrder:Order is still open")
NOT_COVERED = Refusal("EOrder:Insufficient funds")


def revision_refusal(command: Bust | Amend | Repeat | Revive, accounts: Accounts) -> Refusal | None:
    """Say why a revision cannot be made; changes nothing. Funds of a late fill are the engine's."""
    if command.order.status == "open":
        return STILL_OPEN
    if isinstance(command, Revive):
        return None
    if isinstance(command, Amend):
        lines = correction_lines(command.trade, more_units(command))
        return None if can_pay(accounts, lines, 1) else NOT_COVERED
    sign = -1 if isinstance(command, Bust) else 1
    return None if can_pay(accounts, trade_lines(command.trade), sign) else NOT_COVERED


def bust(command: Bust, accounts: Accounts, at_us: int) -> Outcome:
    """Take a trade back: money returns, the order has filled that much less."""
    order = _amended(command.order, command.trade, -1, at_us)
    order.status, order.reason = "canceled", "Trade busted"
    order.fills = [number for number in order.fills if number != command.trade.number]
    return Outcome(orders=[order], entries=pay_back(accounts, command.trade, at_us))


def amend(command: Amend, accounts: Accounts, at_us: int) -> Outcome:
    """Correct what a trade costs: both parties pay or get the difference, the order says so."""
    order, more = command.order, more_units(command)
    order = msgspec.structs.replace(order, cost_units=order.cost_units + more, closed_us=at_us)
    return Outcome(orders=[order], entries=correct(accounts, command.trade, more, at_us))


def more_units(command: Amend) -> int:
    """Say how much more a trade costs at its right price than it was booked at."""
    return terms.cost_units(command.price_ticks, command.trade.lots) - command.trade.cost_units


def repeat(command: Repeat, accounts: Accounts, number: int, at_us: int) -> Outcome:
    """Book a trade again under another number: the order has filled that much more."""
    again = msgspec.structs.replace(command.trade, number=number, at_us=at_us)
    order = _amended(command.order, again, 1, at_us)
    order.fills = [*order.fills, number]
    return Outcome(orders=[order], trades=[again], entries=pay(accounts, again))


def _amended(order: Order, trade: Trade, sign: int, at_us: int) -> Order:
    is_maker = order.number == trade.maker_order
    fee = trade.maker_fee_units if is_maker else trade.taker_fee_units
    return msgspec.structs.replace(
        order,
        filled_lots=order.filled_lots + sign * trade.lots,
        cost_units=order.cost_units + sign * trade.cost_units,
        fee_units=order.fee_units + sign * fee,
        closed_us=at_us,
    )
