"""The exchange's statements into the lake: our fills, our ledger lines, balances, the public tape.

All up to the cut-off of the day's anchor, so that statements and chain speak of one instant. A
failed or partial answer moves no cursor: unknown is never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.clock import DAY_NS, day_bounds_ns
from domain.desk import DeskCard
from domain.errors import VenueUnavailable
from domain.home import DeskHome
from domain.identity import venue_asset
from domain.money import exact_units
from domain.settlement.statement import StatementLine, closing_units, units_before
from orchestration.captures.anchor import day_anchor
from orchestration.resources.arrow import pc
from orchestration.resources.desk import desk_card
from orchestration.resources.exchange_source import ExchangeSource, time_ns
from orchestration.resources.lake import Cursor, Lake, text_json
from orchestration.resources.lake_schema import (
    EXCHANGE_BALANCES,
    EXCHANGE_OPENINGS,
    FILLS,
    LEDGER_LINES,
    PAYMENTS,
    PUBLIC_TRADES,
    Table,
)

NEVER = 1 << 62
"""Later than any statement goes."""
PAYMENTS_BACK_NS = 7 * DAY_NS
"""How long after it was asked for a payment may still become known by its hash."""
Ask = Callable[[ExchangeSource, int, int], list[dict[str, Any]]]
RowOf = Callable[[DeskCard, Mapping[str, Any]], dict[str, Any]]


def capture_fills(home: DeskHome, day: str) -> int:
    """Add our new trades; raises VenueUnavailable when some are missing and it is silent."""
    return _capture(home, day, FILLS, ExchangeSource.fills, fill_row)


def capture_ledger_lines(home: DeskHome, day: str) -> int:
    """Add our statement's new lines; raises VenueUnavailable when some are missing."""
    return _capture(home, day, LEDGER_LINES, ExchangeSource.ledger_lines, ledger_row)


def capture_payments(home: DeskHome, day: str) -> int:
    """Read what is told of recent deposits and withdrawals: hashes become known after the lines.

    A payment that is told as before stays as it was read; counts those that are not.

    Raises:
        VenueUnavailable: It does not answer.
    """
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    cursor = Cursor(anchor.cutoff_ns, anchor.block_hash)
    if lake.cursor(PAYMENTS.name, day) == cursor:
        return 0
    after_ns = max(day_bounds_ns(day)[0] - PAYMENTS_BACK_NS, 0)
    told = ExchangeSource(card.exchange).payments(after_ns, anchor.cutoff_ns)
    known = {_as_told(row): row for row in lake.read(PAYMENTS.name, day)}
    rows = [payment_row(card, one, anchor.cutoff_ns) for one in told if one["status"] != "failed"]
    kept = [known.get(_as_told(row), row) for row in rows]
    lake.replace(PAYMENTS.name, day, sorted(kept, key=_as_told))
    lake.remember(PAYMENTS.name, day, cursor)
    return sum(_as_told(row) not in known for row in rows)


def _as_told(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in PAYMENTS.columns if column.name != "told_ns")


def capture_public_trades(home: DeskHome, day: str) -> int:
    """Add the public tape's new trades; raises VenueUnavailable when some are missing."""
    return _capture(home, day, PUBLIC_TRADES, ExchangeSource.public_trades, public_trade_row)


def capture_exchange_openings(home: DeskHome, day: str) -> int:
    """Read what the statement ran up to when the desk opened; its first day alone has openings."""
    lake, card = Lake(home), desk_card(home)
    is_first = not any(known < day for known in lake.days(LEDGER_LINES.name))
    rows = openings_of(card, _lines_until(lake, day, card.opened_ns)) if is_first else []
    lake.replace(EXCHANGE_OPENINGS.name, day, rows)
    return len(rows)


def _lines_until(lake: Lake, day: str, last_ns: int) -> list[dict[str, Any]]:
    """Read the statement's lines up to an instant."""
    return lake.read(LEDGER_LINES.name, day, lambda part: pc.less_equal(part["booked_ns"], last_ns))


def capture_exchange_balances(home: DeskHome, day: str) -> int:
    """Ask what we hold, and take back what the statement says came after the cut-off.

    The day's own statement has no part in it, so that the two can be held against each other.

    Raises:
        VenueUnavailable: It does not answer, or its answer and its statement do not meet: we were
            trading while it was asked, and asking again helps.
    """
    lake, anchor, card = Lake(home), day_anchor(home, day), desk_card(home)
    cursor = Cursor(anchor.cutoff_ns, anchor.block_hash)
    if lake.cursor(EXCHANGE_BALANCES.name, day) == cursor:
        return 0
    source = ExchangeSource(card.exchange)
    held = source.balances()
    later = [ledger_row(card, line) for line in source.ledger_lines(anchor.cutoff_ns + 1, NEVER)]
    rows = balances_before(card, held, later, anchor.cutoff_ns)
    lake.replace(EXCHANGE_BALANCES.name, day, rows)
    lake.remember(EXCHANGE_BALANCES.name, day, cursor)
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


def payment_row(card: DeskCard, payment: Mapping[str, Any], told_ns: int) -> dict[str, Any]:
    """Write a deposit or withdrawal, as ccxt hands it over, as a captured row."""
    info = payment["info"]
    return {
        "venue": card.exchange.venue,
        "ref_id": str(payment["id"]),
        "kind": payment["kind"],
        "currency": payment["currency"],
        "amount": info["amount"],
        "fee": info.get("fee") or "0",
        "tx_hash": (info.get("txid") or "").lower(),
        "address": (info.get("info") or "").lower(),
        "status": info["status"],
        "requested_ns": time_ns(str(info["time"])),
        "told_ns": told_ns,
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


def openings_of(card: DeskCard, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Take each asset's running balance after its last line up to when the desk opened.

    An asset the statement never mentions had a balance of 0: an account starts empty.

    Raises:
        InvariantBroken: The statement does not add up.
    """
    before = [line for line in lines if line["booked_ns"] <= card.opened_ns]
    return [
        {
            "account": card.exchange.account,
            "asset": asset,
            "as_of_ns": card.opened_ns,
            "units": str(closing_units(its_lines)),
        }
        for asset, its_lines in _by_asset(card, before).items()
    ]


def balances_before(
    card: DeskCard, held: Mapping[str, str], later: Sequence[Mapping[str, Any]], cutoff_ns: int
) -> list[dict[str, Any]]:
    """Take from what is held now what came after an instant.

    Args:
        card: The desk's reference data.
        held: Unified currency code -> amount as written; a code it does not name is held at 0.
        later: The statement's lines after the instant.
        cutoff_ns: The instant.

    Raises:
        VenueUnavailable: What is held is none of the balances the lines run through.
    """
    exchange, rows = card.exchange, []
    for asset, its_lines in _by_asset(card, later).items():
        code = asset.removeprefix(f"{exchange.venue}:")
        now = exact_units(held.get(code, "0"), card.asset(asset).decimals)
        then = units_before(now, its_lines)
        if then is None:
            raise VenueUnavailable(
                "the exchange's balance is none that its statement runs through; ask again",
                venue=exchange.venue,
                asset=asset,
            )
        rows.append(
            {
                "account": exchange.account,
                "asset": asset,
                "as_of_ns": cutoff_ns,
                "units": str(then),
                "asked_units": str(now),
            }
        )
    return rows


def _by_asset(card: DeskCard, lines: Sequence[Mapping[str, Any]]) -> dict[str, list[StatementLine]]:
    exchange = card.exchange
    told: dict[str, list[StatementLine]] = {
        asset: [] for asset in (exchange.base_asset, exchange.quote_asset)
    }
    for line in lines:
        asset = venue_asset(exchange.venue, line["currency"])
        if asset in told:
            told[asset].append(_statement_line(line, card.asset(asset).decimals))
    return told


def _statement_line(line: Mapping[str, Any], decimals: int) -> StatementLine:
    units = (exact_units(line[name], decimals) for name in ("amount", "fee", "balance"))
    return StatementLine(line["booked_ns"], *units)
