"""The candles of a file of trades from the dbt models, held against the domain's.

The trades are written into the lake of a scratch desk and the models that the books run are run on
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain.clock import utc_day
from domain.home import DeskHome
from domain.market.candles import Candle, Tape
from domain.money import from_units
from ops.market.trade_file import TradeFile
from ops.warehouse.check import NAMED_AT_MOST, differences, picked, run_models, scratch

MARKET_MODELS = "stg_exchange__trades int_market__candles_1m"


def compare_candles(found: TradeFile, candles: Sequence[Candle], tape: Tape) -> list[str]:
    """Run the market models on a file of trades and compare every candle.

    Returns:
        Differences as sentences; none means equal.

    Raises:
        InvariantBroken: dbt could not run.
    """
    from orchestration.resources.warehouse import Warehouse

    with scratch() as home:
        days = _write_trades(home, found)
        if not days:
            return []
        failures = run_models(home, days, MARKET_MODELS)
        if failures:
            return list(failures)
        rows = Warehouse(home).rows("int_market__candles_1m")
    ours = {(candle.start_s,): _candle_values(candle, tape) for candle in candles}
    theirs = {(row["start_s"],): _candle_row(row) for row in rows}
    return differences("candle", ours, theirs)[:NAMED_AT_MOST]


def _write_trades(home: DeskHome, found: TradeFile) -> list[str]:
    from orchestration.resources.lake import Lake

    by_day: dict[str, list[dict[str, Any]]] = {}
    for trade in found.rows:
        by_day.setdefault(utc_day(trade.time_ns), []).append(
            {
                "venue": "file",
                "symbol": found.pair,
                "trade_id": trade.trade_id,
                "price": trade.price,
                "quantity": trade.volume,
                "venue_ns": trade.time_ns,
                "side": "buy" if trade.side == "b" else "sell",
            }
        )
    for day, rows in by_day.items():
        Lake(home).replace("raw_exchange__trades", day, rows)
    return sorted(by_day)


def _candle_values(candle: Candle, tape: Tape) -> dict[str, Any]:
    prices = {
        name: Decimal(from_units(getattr(candle, f"{name}_units"), tape.price_decimals))
        for name in ("open", "high", "low", "close")
    }
    volume = Decimal(from_units(candle.volume_units, tape.quantity_decimals))
    return prices | {
        "volume": volume,
        "trade_count": candle.count,
        "is_partial": candle.is_partial,
    }


def _candle_row(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("open", "high", "low", "close", "volume", "trade_count", "is_partial")
    return picked(row, names)
