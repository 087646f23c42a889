"""A file of public trades in Kraken's answer to `Trades`, read as a tape.

A row is ``[price, volume, time, side, order type, misc, trade id]``, price and volume as decimal
text. The tape's scales are what the file needs: as many decimals as any price has without trailing
zeros, for the exchange pads prices in this answer and not in its candles; volumes as written.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from domain.clock import SECOND_NS
from domain.errors import InputRefused
from domain.market.candles import PublicTrade, Tape, in_id_order
from domain.money import exact_units
from ops.exact_json import read_json

_ROW_LENGTH = 7
_LONGEST_NUMBER = 60
_LATEST_S = 9_000_000_000
"""In the year 2255; as nanoseconds it still fits 64 bits."""


class TradeRow(NamedTuple):
    """One trade as the exchange wrote it; texts keep every digit."""

    price: str
    volume: str
    time_ns: int
    side: str
    order_type: str
    misc: str
    trade_id: int


class TradeFile(NamedTuple):
    """The rows of one market's file, as written and in the file's order."""

    pair: str
    rows: list[TradeRow]


def read_trade_file(path: Path) -> TradeFile:
    """Read an answer to `Trades`.

    Raises:
        InputRefused: It is absent, not JSON, an error of the exchange, or of another form.
    """
    pair, found = _one_market(read_json(path), path)
    return TradeFile(pair, [_row(entry, number, path) for number, entry in enumerate(found)])


def tape_of(rows: Sequence[TradeRow]) -> Tape:
    """Turn rows, in any order and repeated or not, into a tape ordered by trade id.

    Raises:
        InputRefused: One id has two contents, or a number is not one.
    """
    price_decimals = max((_decimals(row.price.rstrip("0")) for row in rows), default=0)
    volume_decimals = max((_decimals(row.volume) for row in rows), default=0)
    trades = in_id_order(
        PublicTrade(
            trade_id=row.trade_id,
            price_units=exact_units(row.price, price_decimals),
            quantity_units=exact_units(row.volume, volume_decimals),
            time_ns=row.time_ns,
        )
        for row in rows
    )
    return Tape(trades, price_decimals, volume_decimals)


def _decimals(text: str) -> int:
    _, _, fraction = text.partition(".")
    return len(fraction)


def _one_market(answer: Any, path: Path) -> tuple[str, list[Any]]:  # noqa: ANN401 (JSON)
    if not isinstance(answer, dict) or not isinstance(answer.get("result"), dict):
        errors = answer.get("error") if isinstance(answer, dict) else None
        told = f"the exchange answered with an error: {errors}" if errors else "this is no answer"
        raise InputRefused(f"{told}; give Kraken's answer to Trades", file=str(path))
    markets = {name: rows for name, rows in answer["result"].items() if name != "last"}
    if len(markets) != 1 or not isinstance(next(iter(markets.values())), list):
        raise InputRefused("give the trades of exactly one market", file=str(path))
    return next(iter(markets.items()))


def _row(entry: Any, number: int, path: Path) -> TradeRow:  # noqa: ANN401 (JSON)
    if not isinstance(entry, list) or len(entry) < _ROW_LENGTH:
        raise InputRefused(
            "a trade has price, volume, time, side, type, misc and id", file=str(path), row=number
        )
    price, volume, seconds, side, order_type, misc, trade_id = entry[:_ROW_LENGTH]
    is_id = isinstance(trade_id, int) and not isinstance(trade_id, bool) and trade_id >= 0
    if not is_id or not all(map(_is_amount, (price, volume))) or not _is_time(seconds):
        raise InputRefused(
            "a trade's price and volume are decimal text, its time a number of seconds and its id"
            " a whole number",
            file=str(path),
            row=number,
        )
    time_ns = int(Decimal(seconds) * SECOND_NS)
    return TradeRow(price, volume, time_ns, str(side), str(order_type), str(misc), trade_id)


def _is_amount(found: object) -> bool:
    if not isinstance(found, str) or len(found) > _LONGEST_NUMBER:
        return False
    digits = found.replace(".", "", 1)
    return digits.isascii() and digits.isdecimal()


def _is_time(found: object) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        return False
    return 0 <= found < _LATEST_S
