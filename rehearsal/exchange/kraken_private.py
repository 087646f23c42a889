"""Kraken's private REST answers: what the owner of the key may ask and order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from domain.money import from_units
from rehearsal.exchange import kraken_form as form
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Cancel, Command, Order, Outcome, Refusal, Trade
from rehearsal.exchange.ids import number_of
from rehearsal.exchange.kraken_ask import (
    EapiRefused,
    Form,
    flag,
    instant_us,
    integer,
    pair,
    place_of,
)
from rehearsal.exchange.venue import SPOT, Venue

PAGE = 50
"""Rows a page of TradesHistory, ClosedOrders and Ledgers; Kraken's own number."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and with which nonce: kept beside whatever the request changes.

    Args:
        is_withheld: The venue will close this caller's order unfilled and think again.
    """

    api_key: str
    nonce: int
    account: str = SPOT
    is_withheld: bool = False


Answer = Callable[[Venue, Form, Caller], Any]


def balance(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer Balance."""
    del ask
    owned = venue.engine.accounts.balance_units
    return {
        code: from_units(owned(caller.account, code), decimals)
        for code, decimals in terms.DECIMALS.items()
    }


def balance_ex(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer BalanceEx: balances and what open orders hold of them."""
    held = venue.engine.accounts.held_units
    return {
        code: {
            "balance": text,
            "hold_trade": from_units(held(caller.account, code), terms.DECIMALS[code]),
        }
        for code, text in balance(venue, ask, caller).items()
    }


def trade_volume(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer TradeVolume: one tier, whatever the volume."""
    del venue, caller
    pair(ask)
    fees = {"fees": terms.TAKER_FEE_PIPS, "fees_maker": terms.MAKER_FEE_PIPS}
    tiers = {name: {form.PAIR: {"fee": from_units(pips, 4)}} for name, pips in fees.items()}
    return {"currency": "ZUSD", "volume": "0.0000", **tiers}


def add_order(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer AddOrder: the order is durable when this returns."""
    place = place_of(ask, caller.account)
    if flag(ask, "validate"):
        _raise_refusal(venue.engine.refusal(place))
        kind = "market" if place.kind == "market" else f"limit {form.price_text(place.price_ticks)}"
        sentence = f"{place.side} {form.lots_text(place.lots)} {form.PAIR} @ {kind}"
        return {"descr": {"order": sentence}}
    place = msgspec.structs.replace(place, is_withheld=caller.is_withheld)
    order = _execute(venue, place, caller).orders[0]
    txid = form.order_id(order.number, venue.opened_us)
    return {"descr": {"order": form.describe(order)}, "txid": [txid]}


def cancel_order(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer CancelOrder, by transaction id, user reference or client order id."""
    wanted = [
        order.number
        for order in venue.history.orders_of(caller.account, is_open=True)
        if _is_named(order, ask, venue.opened_us)
    ]
    if not wanted:
        raise EapiRefused("EOrder:Unknown order")
    return {"count": len(_execute(venue, Cancel(caller.account, tuple(wanted)), caller).orders)}


def cancel_all(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer CancelAll."""
    del ask
    numbers = [order.number for order in venue.history.orders_of(caller.account, is_open=True)]
    if not numbers:
        return {"count": 0}
    return {"count": len(_execute(venue, Cancel(caller.account, tuple(numbers)), caller).orders)}


def query_orders(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer QueryOrders; ids that are not the caller's are left out."""
    numbers = [number_of(txid, "O", venue.opened_us) for txid in _ids(ask)]
    orders = [venue.history.orders[n] for n in numbers if n in venue.history.orders]
    return _orders_json(venue, [o for o in orders if o.account == caller.account], ask)


def open_orders(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer OpenOrders, optionally by user reference or client order id."""
    orders = venue.history.orders_of(caller.account, is_open=True)
    return {"open": _orders_json(venue, _referred(orders, ask), ask)}


def closed_orders(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer ClosedOrders, a page, newest first."""
    orders = _referred(venue.history.orders_of(caller.account, is_open=False), ask)
    found = _within(orders, ask, lambda order: order.closed_us)
    return {"closed": _orders_json(venue, _page(found, ask), ask), "count": len(found)}


def trades_history(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer TradesHistory, a page, newest first; `count` is the number of all."""
    found = _within(venue.history.trades_of(caller.account), ask, lambda trade: trade.at_us)
    salt, account = venue.opened_us, caller.account
    rows = {
        form.trade_id(trade, account, salt): form.trade_json(trade, account, salt)
        for trade in _page(found, ask)
    }
    return {"trades": rows, "count": len(found)}


def query_trades(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer QueryTrades; ids that are not the caller's are left out."""
    wanted, salt = set(_ids(ask)), venue.opened_us
    return {
        txid: form.trade_json(trade, caller.account, salt)
        for trade in venue.history.trades_of(caller.account)
        if (txid := form.trade_id(trade, caller.account, salt)) in wanted
    }


def ledgers(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer Ledgers, a page, newest first, optionally of one asset or type."""
    codes = _asset_codes(ask)
    kinds = {"deposit", "trade", "adjustment"} if ask.get("type", "all") == "all" else {ask["type"]}
    entries = [
        entry
        for entry in venue.history.entries_of(caller.account)
        if entry.asset in codes and entry.kind in kinds
    ]
    found = _within(entries, ask, lambda entry: entry.at_us)
    rows = {
        form.entry_id(entry, venue.opened_us): form.entry_json(
            entry, _trade_behind(venue, entry.kind, entry.reference), venue.opened_us
        )
        for entry in _page(found, ask)
    }
    return {"ledger": rows, "count": len(found)}


def query_ledgers(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer QueryLedgers; ids that are not the caller's are left out."""
    wanted = {number_of(txid, "L", venue.opened_us) for txid in ask.get("id", "").split(",")}
    return {
        form.entry_id(entry, venue.opened_us): form.entry_json(
            entry, _trade_behind(venue, entry.kind, entry.reference), venue.opened_us
        )
        for entry in venue.history.entries_of(caller.account)
        if entry.number in wanted
    }


def deposit_status(venue: Venue, ask: Form, caller: Caller) -> list[form.Json]:
    """Answer DepositStatus: the funding of the account."""
    codes = _asset_codes(ask)
    return [
        {
            "method": "Rehearsal funding",
            "aclass": "currency",
            "asset": entry.asset,
            "refid": form.public_id("Q", entry.reference, venue.opened_us),
            "txid": hashlib.sha256(f"{venue.opened_us}/{entry.number}".encode()).hexdigest(),
            "info": "outside",
            "amount": from_units(entry.units, terms.DECIMALS[entry.asset]),
            "fee": from_units(0, terms.DECIMALS[entry.asset]),
            "time": entry.at_us // 1_000_000,
            "status": "Success",
        }
        for entry in venue.history.entries_of(caller.account)
        if entry.kind == "deposit" and entry.asset in codes
    ]


def withdraw_status(venue: Venue, ask: Form, caller: Caller) -> list[form.Json]:
    """Answer WithdrawStatus: nothing ever leaves a paper exchange."""
    del venue, ask, caller
    return []


PRIVATE: dict[str, Answer] = {
    "Balance": balance,
    "BalanceEx": balance_ex,
    "TradeVolume": trade_volume,
    "AddOrder": add_order,
    "CancelOrder": cancel_order,
    "CancelAll": cancel_all,
    "QueryOrders": query_orders,
    "OpenOrders": open_orders,
    "ClosedOrders": closed_orders,
    "TradesHistory": trades_history,
    "QueryTrades": query_trades,
    "Ledgers": ledgers,
    "QueryLedgers": query_ledgers,
    "DepositStatus": deposit_status,
    "WithdrawStatus": withdraw_status,
}
"""Every private endpoint this exchange answers."""


def _execute(venue: Venue, command: Command, caller: Caller) -> Outcome:
    outcome = venue.execute(command, nonce=(caller.api_key, caller.nonce))
    if isinstance(outcome, Refusal):
        raise EapiRefused(outcome.error)
    return outcome


def _raise_refusal(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise EapiRefused(refusal.error)


def _ids(ask: Form) -> list[str]:
    return [txid for txid in ask.get("txid", "").split(",") if txid]


def _is_named(order: Order, ask: Form, salt: int) -> bool:
    if "cl_ord_id" in ask:
        return order.cl_ord_id == ask["cl_ord_id"]
    txid = ask.get("txid", "")
    return form.order_id(order.number, salt) == txid or (
        order.userref != 0 and str(order.userref) == txid
    )


def _referred(orders: Iterable[Order], ask: Form) -> list[Order]:
    return [
        order
        for order in orders
        if ask.get("cl_ord_id", order.cl_ord_id) == order.cl_ord_id
        and ask.get("userref", str(order.userref)) == str(order.userref)
    ]


def _orders_json(venue: Venue, orders: Iterable[Order], ask: Form) -> form.Json:
    salt = venue.opened_us
    return {
        form.order_id(order.number, salt): form.order_json(
            order, _fill_ids(venue, order) if flag(ask, "trades") else None
        )
        for order in orders
    }


def _fill_ids(venue: Venue, order: Order) -> list[str]:
    trades = (venue.history.trades[number] for number in order.fills)
    return [form.trade_id(trade, order.account, venue.opened_us) for trade in trades]


def _trade_behind(venue: Venue, kind: str, reference: int) -> Trade | None:
    return venue.history.trades[reference] if kind != "deposit" else None


def _asset_codes(ask: Form) -> set[str]:
    asked = set(ask.get("asset", "all").split(","))
    known = {code for code in terms.DECIMALS if {code, code.removeprefix("X"), "all"} & asked}
    if not known:
        raise EapiRefused("EQuery:Unknown asset")
    return known


def _within(rows: Sequence[T], ask: Form, at_us: Callable[[T], int]) -> list[T]:
    """Keep what lies after `start` (exclusive) and up to `end` (inclusive), as Kraken bounds it."""
    start_us, end_us = instant_us(ask, "start"), instant_us(ask, "end")
    return [
        row
        for row in rows
        if (start_us is None or at_us(row) > start_us) and (end_us is None or at_us(row) <= end_us)
    ]


def _page(rows: Sequence[T], ask: Form) -> Sequence[T]:
    first = integer(ask, "ofs", 0)
    return rows[first : first + PAGE]
