"""What the owner of a key orders, and what became of it, as Kraken answers."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rehearsal.exchange import kraken_form as form
from rehearsal.exchange.commands import Cancel, Command, Order, Outcome, Refusal
from rehearsal.exchange.ids import number_of
from rehearsal.exchange.kraken_ask import EapiRefused, Form, flag, place_of
from rehearsal.exchange.kraken_caller import Caller, ids_of, page_of, within
from rehearsal.exchange.venue import Venue


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
    numbers = [number_of(txid, "O", venue.opened_us) for txid in ids_of(ask)]
    orders = [venue.history.orders[n] for n in numbers if n in venue.history.orders]
    return _orders_json(venue, [o for o in orders if o.account == caller.account], ask)


def open_orders(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer OpenOrders, optionally by user reference or client order id."""
    orders = venue.history.orders_of(caller.account, is_open=True)
    return {"open": _orders_json(venue, _referred(orders, ask), ask)}


def closed_orders(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer ClosedOrders, a page, newest first."""
    orders = _referred(venue.history.orders_of(caller.account, is_open=False), ask)
    found = within(orders, ask, lambda order: order.closed_us)
    return {"closed": _orders_json(venue, page_of(found, ask), ask), "count": len(found)}


def _execute(venue: Venue, command: Command, caller: Caller) -> Outcome:
    outcome = venue.execute(command, nonce=(caller.api_key, caller.nonce))
    if isinstance(outcome, Refusal):
        raise EapiRefused(outcome.error)
    return outcome


def _raise_refusal(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise EapiRefused(refusal.error)


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
