"""What a match moves on the accounts: both parties, both currencies, and the fees.

Forward when it is booked, backward when the venue takes it back. Who trades with whom is the
engine's business.
"""

from __future__ import annotations

from rehearsal.exchange import terms
from rehearsal.exchange.accounts import FEES, Accounts
from rehearsal.exchange.commands import Entry, Trade

Line = tuple[str, str, int, int]
"""Account, currency, units, fee."""


def trade_lines(trade: Trade) -> tuple[Line, ...]:
    """Say what a match moves; the sum of units less fees is zero for each currency."""
    sign = 1 if trade.side == "buy" else -1
    base, cost = sign * terms.base_units(trade.lots), sign * trade.cost_units
    return (
        (trade.taker, terms.BASE, base, 0),
        (trade.taker, terms.QUOTE, -cost, trade.taker_fee_units),
        (trade.maker, terms.BASE, -base, 0),
        (trade.maker, terms.QUOTE, cost, trade.maker_fee_units),
        (FEES, terms.QUOTE, trade.taker_fee_units + trade.maker_fee_units, 0),
    )


def pay(accounts: Accounts, trade: Trade) -> list[Entry]:
    """Book a match; the engine has made sure that both parties can."""
    return [
        accounts.post(trade.at_us, account, "trade", trade.number, asset, units, fee)
        for account, asset, units, fee in trade_lines(trade)
    ]


def pay_back(accounts: Accounts, trade: Trade, at_us: int) -> list[Entry]:
    """Book the opposite of a match, line by line."""
    return [
        accounts.post(at_us, account, "adjustment", trade.number, asset, -units, -fee)
        for account, asset, units, fee in trade_lines(trade)
    ]


def correction_lines(trade: Trade, cost_units: int) -> tuple[Line, ...]:
    """Say what a match moves besides if it costs so much more, or less; no fee changes."""
    sign = 1 if trade.side == "buy" else -1
    return (
        (trade.taker, terms.QUOTE, -sign * cost_units, 0),
        (trade.maker, terms.QUOTE, sign * cost_units, 0),
    )


def correct(accounts: Accounts, trade: Trade, cost_units: int, at_us: int) -> list[Entry]:
    """Book what a match costs more, or less."""
    return [
        accounts.post(at_us, account, "adjustment", trade.number, asset, units, fee)
        for account, asset, units, fee in correction_lines(trade, cost_units)
    ]


def can_pay(accounts: Accounts, lines: tuple[Line, ...], sign: int) -> bool:
    """Ask whether no account would fall below what its orders hold, were these lines booked."""
    change: dict[tuple[str, str], int] = {}
    for account, asset, units, fee in lines:
        change[account, asset] = change.get((account, asset), 0) + sign * (units - fee)
    return all(
        accounts.available_units(account, asset) + units >= 0
        for (account, asset), units in change.items()
    )
