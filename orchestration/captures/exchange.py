"""The exchange's statements into the lake: our fills, our ledger lines, balances, the public tape.

All up to the cut-off of the day's anchor, so that statements and chain speak of one instant. A
failed or partial answer moves no cursor: unknown is never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.clock import day_bounds_ns
from domain.desk import DeskCard
from domain.home import DeskHome
from domain.identity import venue_asset
from domain.money import exact_units
from domain.settlement.statement import StatementLine, closing_units
from orchestration.captures.anchor import day_anchor
from orchestration.resources.desk import desk_card
from orchestration.resources.exchange_source import ExchangeSource, time_ns
from orchestration.resources.lake import Cursor, Lake, text_json
from orchestration.resources.lake_schema import (
    EXCHANGE_BALANCES,
    FILLS,
    LEDGER_LINES,
    PUBLIC_TRADES,
    Table,
)

Ask = Callable[[ExchangeSource, int, int], list[dict[str, Any]]]
RowOf = Callable[[DeskCard, Mapping[str, Any]], dict[str, Any]]


def capture_fills(home: DeskHome, day: str) -> int:
    """Add our new trades; raises VenueUnavailable when some are missing and it is silent."""
    return _capture(home, day, FILLS, ExchangeSource.fills, fill_row)


def capture_ledger_lines(home: DeskHome, day: str) -> int:
    """Add our statement's new lines; raises VenueUnavailable when some are missing."""
    return _capture(home, day, LEDGER_LINES, ExchangeSource.ledger_lines, ledger_row)


def capture_public_trades(home: DeskHome, day: str) -> int:
    """Add the public tape's new trades; raises VenueUnavailable when some are missing."""
    return _capture(home, day, PUBLIC_TRADES, ExchangeSource.public_trades, public_trade_row)


def capture_exchange_balances(home: DeskHome, day: str) -> int:
    """Read the balances the statement itself runs, at the cut-off; no question is asked."""
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    earlier = [known for known in lake.days(LEDGER_LINES.name) if known <= day]
    lines = [line for known in earlier for line in lake.read(LEDGER_LINES.name, known)]
    rows = balances_at(card, lines, anchor.cutoff_ns, "closing")
    if not any(known < day for known in earlier):
        rows = [*balances_at(card, lines, card.opened_ns, "opening"), *rows]
    lake.replace(EXCHANGE_BALANCES.name, day, rows)
    return len(rows)


def _capture(home: DeskHome, day: str, table: Table, ask: Ask, row_of: RowOf) -> int:
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    before = lake.cursor(table.name, day)
    if before.position >= anchor.cutoff_ns:
        return 0
    after_ns = max(before.position, _day_floor_ns(lake, table, day))
    known = {
        tuple(row[column.name] for column in table.columns) for row in lake.read(table.name, day)
    }
    answers = ask(ExchangeSource(card.exchange), after_ns, anchor.cutoff_ns)
    rows = [row_of(card, answer) for answer in answers]
    fresh = [row for row in rows if tuple(row[c.name] for c in table.columns) not in known]
    lake.append(table.name, day, fresh, Cursor(anchor.cutoff_ns, anchor.block_hash))
    return len(fresh)


def _day_floor_ns(lake: Lake, table: Table, day: str) -> int:
    """On the first day statements are read from their beginning: deposits come before the desk."""
    is_first = not any(known < day for known in lake.days(table.name))
    is_statement = table is not PUBLIC_TRADES
    return 0 if is_first and is_statement else day_bounds_ns(day)[0]


def fill_row(card: DeskCard, trade: Mapping[str, Any]) -> dict[str, Any]:
    """Write one trade of ours, as ccxt hands it over, as a captured row."""
    info = trade["info"]
    return {
        "venue": card.exchange.venue,
        "trade_id": str(trade["id"]),
        "venue_order_id": info["ordertxid"],
        "client_order_id": trade["client_order_id"],
        "pair": info["pair"],
        "side": info["type"],
        "order_type": info["ordertype"],
        "price": info["price"],
        "volume": info["vol"],
        "cost": info["cost"],
        "fee": info["fee"],
        "traded_ns": time_ns(str(info["time"])),
        "raw": text_json(info),
    }


def ledger_row(card: DeskCard, line: Mapping[str, Any]) -> dict[str, Any]:
    """Write one statement line, as ccxt hands it over, as a captured row."""
    info = line["info"]
    return {
        "venue": card.exchange.venue,
        "ledger_id": str(line["id"]),
        "ref_id": info["refid"],
        "entry_type": info["type"],
        "subtype": info.get("subtype", ""),
        "currency": line["currency"],
        "amount": info["amount"],
        "fee": info["fee"],
        "balance": info["balance"],
        "booked_ns": time_ns(str(info["time"])),
    }


def public_trade_row(card: DeskCard, trade: Mapping[str, Any]) -> dict[str, Any]:
    """Write one trade of the public tape as a captured row."""
    info = trade["info"]  # [price, volume, time, side, order type, misc, trade id]
    return {
        "venue": card.exchange.venue,
        "symbol": card.exchange.symbol,
        "trade_id": int(info[6]),
        "price": str(info[0]),
        "quantity": str(info[1]),
        "venue_ns": time_ns(str(info[2])),
        "side": {"b": "buy", "s": "sell"}[info[3]],
    }


def balances_at(
    card: DeskCard, lines: Sequence[Mapping[str, Any]], cutoff_ns: int, anchor: str
) -> list[dict[str, Any]]:
    """Take each asset's running balance after its last line at or before the cut-off.

    An asset the statement never mentions has a balance of 0: an account starts empty.

    Raises:
        InvariantBroken: The statement does not add up.
    """
    exchange = card.exchange
    told: dict[str, list[StatementLine]] = {
        asset: [] for asset in (exchange.base_asset, exchange.quote_asset)
    }
    for line in lines:
        asset = venue_asset(exchange.venue, line["currency"])
        if line["booked_ns"] <= cutoff_ns and asset in told:
            told[asset].append(_statement_line(line, card.asset(asset).decimals))
    return [
        {
            "account": exchange.account,
            "asset": asset,
            "anchor": anchor,
            "as_of_ns": cutoff_ns,
            "units": str(closing_units(its_lines)),
            "source": "ledger",
        }
        for asset, its_lines in told.items()
    ]


def _statement_line(line: Mapping[str, Any], decimals: int) -> StatementLine:
    units = (exact_units(line[name], decimals) for name in ("amount", "fee", "balance"))
    return StatementLine(line["booked_ns"], *units)
