"""Kraken's private REST endpoints, by name: what the owner of the key may ask and order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.exchange import kraken_orders as orders
from rehearsal.exchange import kraken_statements as statements
from rehearsal.exchange.kraken_ask import Form
from rehearsal.exchange.kraken_caller import Caller
from rehearsal.exchange.venue import Venue

Answer = Callable[[Venue, Form, Caller], Any]

PRIVATE: dict[str, Answer] = {
    "Balance": statements.balance,
    "BalanceEx": statements.balance_ex,
    "TradeVolume": statements.trade_volume,
    "AddOrder": orders.add_order,
    "CancelOrder": orders.cancel_order,
    "CancelAll": orders.cancel_all,
    "QueryOrders": orders.query_orders,
    "OpenOrders": orders.open_orders,
    "ClosedOrders": orders.closed_orders,
    "TradesHistory": statements.trades_history,
    "QueryTrades": statements.query_trades,
    "Ledgers": statements.ledgers,
    "QueryLedgers": statements.query_ledgers,
    "DepositStatus": statements.deposit_status,
    "WithdrawStatus": statements.withdraw_status,
}
"""Every private endpoint this exchange answers."""
