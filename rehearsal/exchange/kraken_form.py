"""How Kraken writes things down: orders, trades, ledger lines and books.

Pure. Amounts are text with every decimal; instants are numbers of seconds with six decimals (a
double holds those exactly enough to be rounded back). Field by field after Kraken's REST reference.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.money import from_units
from domain.venues.kraken import book_checksum
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Entry, Levels, Order, Trade
from rehearsal.exchange.ids import public_id

PAIR = "ETHUSDC"
WSNAME = "ETH/USDC"
SYMBOL_NAMES = {PAIR, WSNAME, "XETHUSDC"}

Json = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PERCENT_PIPS = 10_000


def seconds(at_us: int) -> float:
    """Write an instant as Kraken's REST does."""
    return at_us / 1_000_000


def rfc3339(at_us: int) -> str:
    """Write an instant as Kraken's WebSocket does."""
    at = _EPOCH + timedelta(microseconds=at_us)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_us % 1_000_000:06d}Z"


def price_text(ticks: int) -> str:
    """Write a price with the pair's decimals."""
    return from_units(ticks, terms.PRICE_DECIMALS)


def lots_text(lots: int) -> str:
    """Write a quantity with the pair's decimals."""
    return from_units(lots, terms.LOT_DECIMALS)


def quote_text(units: int) -> str:
    """Write an amount of the quote currency."""
    return from_units(units, terms.DECIMALS[terms.QUOTE])


def order_id(order_number: int, salt: int) -> str:
    """Write an order's public id."""
    return public_id("O", order_number, salt)


def trade_id(trade: Trade, account: str, salt: int) -> str:
    """Write the id of one party's side of a trade; the two differ, as they do at Kraken."""
    return public_id("T", 2 * trade.number + int(account == trade.maker), salt)


def asset_json(code: str) -> Json:
    """Describe a currency."""
    decimals = terms.DECIMALS[code]
    return {
        "aclass": "currency",
        "altname": code.removeprefix("X"),
        "decimals": decimals,
        "display_decimals": 5,
        "status": "enabled",
    }


def pair_json() -> Json:
    """Describe the one pair."""
    return {
        "altname": PAIR,
        "wsname": WSNAME,
        "aclass_base": "currency",
        "base": terms.BASE,
        "aclass_quote": "currency",
        "quote": terms.QUOTE,
        "lot": "unit",
        "cost_decimals": terms.DECIMALS[terms.QUOTE],
        "pair_decimals": terms.PRICE_DECIMALS,
        "lot_decimals": terms.LOT_DECIMALS,
        "lot_multiplier": 1,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": [[0, terms.TAKER_FEE_PIPS / _PERCENT_PIPS]],
        "fees_maker": [[0, terms.MAKER_FEE_PIPS / _PERCENT_PIPS]],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": lots_text(terms.MIN_ORDER_LOTS),
        "tick_size": price_text(1),
        "status": "online",
    }


def describe(order: Order) -> str:
    """Say an order in Kraken's sentence."""
    what = f"{order.side} {lots_text(order.lots)} {PAIR} @ {order.kind}"
    return what if order.kind == "market" else f"{what} {price_text(order.price_ticks)}"


def order_json(order: Order, trades: list[str] | None = None) -> Json:
    """Write an order.

    Args:
        order: As it stands.
        trades: Public ids of its fills, when the client asked for them.
    """
    price = price_text(order.price_ticks) if order.kind == "limit" else "0"
    average = order.cost_units * 10**terms.LOT_DECIMALS // (order.filled_lots or 1)
    written: Json = {
        "refid": None,
        "userref": order.userref,
        "status": order.status,
        "opentm": seconds(order.opened_us),
        "starttm": 0,
        "expiretm": 0,
        "descr": {
            "pair": PAIR,
            "type": order.side,
            "ordertype": order.kind,
            "price": price,
            "price2": "0",
            "leverage": "none",
            "order": describe(order),
            "close": "",
        },
        "vol": lots_text(order.lots),
        "vol_exec": lots_text(order.filled_lots),
        "cost": quote_text(order.cost_units),
        "fee": quote_text(order.fee_units),
        "price": quote_text(average),
        "stopprice": "0.00000",
        "limitprice": "0.00000",
        "misc": "",
        "oflags": "fciq,post" if order.is_post_only else "fciq",
    }
    if order.cl_ord_id:
        written["cl_ord_id"] = order.cl_ord_id
    if order.status != "open":
        written |= {"closetm": seconds(order.closed_us), "reason": order.reason or None}
    if trades is not None:
        written["trades"] = trades
    return written


def trade_json(trade: Trade, account: str, salt: int) -> Json:
    """Write one party's side of a trade."""
    is_maker = account == trade.maker
    taker_buys = trade.side == "buy"
    return {
        "ordertxid": order_id(trade.maker_order if is_maker else trade.taker_order, salt),
        "postxid": trade_id(trade, account, salt),
        "pair": PAIR,
        "time": seconds(trade.at_us),
        "type": "buy" if taker_buys is not is_maker else "sell",
        "ordertype": "limit" if is_maker else trade.taker_kind,
        "price": price_text(trade.price_ticks),
        "cost": quote_text(trade.cost_units),
        "fee": quote_text(trade.maker_fee_units if is_maker else trade.taker_fee_units),
        "vol": lots_text(trade.lots),
        "margin": quote_text(0),
        "misc": "",
        "trade_id": trade.number,
        "maker": is_maker,
    }


def entry_id(entry: Entry, salt: int) -> str:
    """Write a ledger line's public id."""
    return public_id("L", entry.number, salt)


def entry_json(entry: Entry, trade: Trade | None, salt: int) -> Json:
    """Write a ledger line; `trade` is what it belongs to, when it belongs to one."""
    decimals = terms.DECIMALS[entry.asset]
    refid = trade_id(trade, entry.account, salt) if trade else public_id("Q", entry.reference, salt)
    return {
        "refid": refid,
        "time": seconds(entry.at_us),
        "type": entry.kind,
        "subtype": "",
        "aclass": "currency",
        "asset": entry.asset,
        "amount": from_units(entry.units, decimals),
        "fee": from_units(entry.fee_units, decimals),
        "balance": from_units(entry.balance_units, decimals),
    }


def print_json(trade: Trade) -> list[str | float | int]:
    """Write a public print."""
    return [
        price_text(trade.price_ticks),
        lots_text(trade.lots),
        seconds(trade.at_us),
        trade.side[0],
        trade.taker_kind[0],
        "",
        trade.number,
    ]


def checksum(bids: Levels, asks: Levels) -> int:
    """Compute Kraken's checksum of a book, best levels first."""
    written = [[(price_text(p), lots_text(lots)) for p, lots in side] for side in (asks, bids)]
    return book_checksum(written[0], written[1])
