"""Candles as the exchange prints them: times in seconds, decimals as text at the tape's scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.clock import iso_utc
from domain.market.candles import Candle, IdGap, Tape
from domain.money import from_units


def candle_rows(candles: Sequence[Candle], tape: Tape) -> list[dict[str, Any]]:
    """Write candles as JSON objects, ordered by time; partial minutes say so."""
    return [_row(candle, tape) for candle in candles]


def gap_sentence(gap: IdGap) -> str:
    """Say which ids are missing and which minutes that leaves unproven."""
    first, last = gap.before.trade_id + 1, gap.after.trade_id - 1
    return (
        f"{gap.missing_count} trade ids are missing ({first} to {last}): candles from"
        f" {iso_utc(gap.before.time_ns)} to {iso_utc(gap.after.time_ns)} are partial"
    )


def _row(candle: Candle, tape: Tape) -> dict[str, Any]:
    price, volume = tape.price_decimals, tape.quantity_decimals
    row: dict[str, Any] = {
        "time": candle.start_s,
        "open": from_units(candle.open_units, price),
        "high": from_units(candle.high_units, price),
        "low": from_units(candle.low_units, price),
        "close": from_units(candle.close_units, price),
        "volume": from_units(candle.volume_units, volume),
        "count": candle.count,
    }
    return row | {"partial": True} if candle.is_partial else row
