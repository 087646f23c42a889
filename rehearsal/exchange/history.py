"""What can be asked about later: orders, trades and ledger of a client, the public's last prints.

A projection of the engine's outcomes: it decides nothing. House accounts (the market maker, the
crowd) are not followed, so that a day of quoting costs no memory.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rehearsal.exchange.commands import Entry, Order, Outcome, Trade

PRINTS_KEPT = 60_000
"""A day of the rehearsal's market; Kraken keeps all."""


class History(msgspec.Struct):
    """Everything followed accounts did, keyed by number, in the order it happened."""

    followed: list[str]
    orders: dict[int, Order] = msgspec.field(default_factory=dict)
    trades: dict[int, Trade] = msgspec.field(default_factory=dict)
    entries: dict[int, Entry] = msgspec.field(default_factory=dict)
    prints: list[Trade] = msgspec.field(default_factory=list)

    def record(self, outcome: Outcome) -> None:
        """Take in what one command did."""
        for order in outcome.orders:
            if order.account in self.followed:
                self.orders[order.number] = order
        for trade in outcome.trades:
            if trade.taker in self.followed or trade.maker in self.followed:
                self.trades[trade.number] = trade
        for entry in outcome.entries:
            if entry.account in self.followed:
                self.entries[entry.number] = entry
        self.prints += outcome.trades
        del self.prints[:-PRINTS_KEPT]

    def orders_of(self, account: str, *, is_open: bool) -> list[Order]:
        """Give an account's orders, newest first."""
        return [
            order
            for order in reversed(self.orders.values())
            if order.account == account and (order.status == "open") is is_open
        ]

    def trades_of(self, account: str) -> list[Trade]:
        """Give the matches an account took part in, newest first."""
        return [
            trade
            for trade in reversed(self.trades.values())
            if account in {trade.taker, trade.maker}
        ]

    def entries_of(self, account: str) -> list[Entry]:
        """Give an account's ledger, newest first."""
        return [entry for entry in reversed(self.entries.values()) if entry.account == account]


def candles(prints: Iterable[Trade], interval_us: int) -> list[tuple[int, list[Trade]]]:
    """Group prints into intervals that hold at least one.

    Returns:
        (start of the interval in microseconds, its prints), oldest first.
    """
    groups: dict[int, list[Trade]] = {}
    for trade in prints:
        groups.setdefault(trade.at_us - trade.at_us % interval_us, []).append(trade)
    return sorted(groups.items())
