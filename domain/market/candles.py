"""Candles rebuilt from an exchange's public trades, exact to the last digit.

The trade id is key and order: many trades share a timestamp. A candle covers [start, start + 60 s)
in UTC; a minute without trades repeats the previous close with volume 0. The first and last minute
of a tape, and minutes beside a hole in the ids, are partial: some of their trades may be elsewhere.

Prices and quantities are integers at the tape's own scales, so no digit is lost and none invented.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from domain.clock import SECOND_NS
from domain.errors import InputRefused

MINUTE_NS = 60 * SECOND_NS
LONGEST_TAPE_MINUTES = 2 * 366 * 1440
"""Two years. A longer span is a mistaken timestamp, not a tape."""


class PublicTrade(msgspec.Struct, frozen=True):
    """One trade of a public tape.

    Args:
        trade_id: The exchange's sequence number; unique in its market.
        price_units, quantity_units: At the scales of the tape it is on.
        time_ns: When the exchange says it traded.
    """

    trade_id: int
    price_units: int
    quantity_units: int
    time_ns: int


class Tape(msgspec.Struct, frozen=True):
    """Trades of one market, ordered by id, with the scales their integers have.

    Args:
        price_decimals, quantity_decimals: Digits after the point.
    """

    trades: tuple[PublicTrade, ...]
    price_decimals: int
    quantity_decimals: int


class IdGap(msgspec.Struct, frozen=True):
    """Ids that are missing between two trades of a tape."""

    before: PublicTrade
    after: PublicTrade

    @property
    def missing_count(self) -> int:
        """How many ids are missing."""
        return self.after.trade_id - self.before.trade_id - 1


class Candle(msgspec.Struct, frozen=True):
    """One minute of a market.

    Args:
        start_s: Seconds since the epoch, a multiple of 60.
        open_units, high_units, low_units, close_units: Prices at the tape's scale.
        volume_units: Sum of quantities at the tape's scale.
        count: Trades in it; 0 repeats the previous close.
        is_partial: Trades of this minute may be missing from the tape.
    """

    start_s: int
    open_units: int
    high_units: int
    low_units: int
    close_units: int
    volume_units: int
    count: int
    is_partial: bool


def in_id_order(trades: Iterable[PublicTrade]) -> tuple[PublicTrade, ...]:
    """Order trades by id and drop repeats.

    Raises:
        InputRefused: One id comes with two contents.
    """
    by_id: dict[int, PublicTrade] = {}
    for trade in trades:
        if by_id.setdefault(trade.trade_id, trade) != trade:
            raise InputRefused(
                "one trade id has two contents; fetch the tape again", trade_id=trade.trade_id
            )
    return tuple(by_id[trade_id] for trade_id in sorted(by_id))


def find_gaps(trades: Sequence[PublicTrade]) -> list[IdGap]:
    """Find holes in the ids of trades that are ordered by id."""
    neighbours = pairwise(trades)
    return [IdGap(left, right) for left, right in neighbours if right.trade_id > left.trade_id + 1]


def candles_1m(trades: Sequence[PublicTrade]) -> list[Candle]:
    """Build one candle for each minute from the first trade's to the last's.

    Args:
        trades: Ordered by id without repeats (`in_id_order`).

    Raises:
        InputRefused: The trades span more than `LONGEST_TAPE_MINUTES`.

    Source:
        Kraken's OHLC rule; parity with its own bars on 409 full minutes of XBTUSDT.
    """
    by_minute: dict[int, list[PublicTrade]] = defaultdict(list)
    for trade in trades:
        by_minute[trade.time_ns // MINUTE_NS].append(trade)
    if not by_minute:
        return []
    first, last = min(by_minute), max(by_minute)
    if last - first >= LONGEST_TAPE_MINUTES:
        raise InputRefused("a tape spans at most two years", minutes=last - first + 1)
    partial = {first, last} | _minutes_beside(find_gaps(trades))
    candles: list[Candle] = []
    close_units = 0
    for minute in range(first, last + 1):
        candle = _candle(minute, by_minute.get(minute, ()), close_units, minute in partial)
        candles.append(candle)
        close_units = candle.close_units
    return candles


def _minutes_beside(gaps: Iterable[IdGap]) -> set[int]:
    minutes: set[int] = set()
    for gap in gaps:
        start, end = sorted((gap.before.time_ns // MINUTE_NS, gap.after.time_ns // MINUTE_NS))
        minutes.update(range(start, end + 1))
    return minutes


def _candle(
    minute: int,
    trades: Sequence[PublicTrade],
    previous_close: int,
    is_partial: bool,  # noqa: FBT001 (a private builder; its one caller names it)
) -> Candle:
    prices = [trade.price_units for trade in trades] or [previous_close]
    return Candle(
        start_s=minute * 60,
        open_units=prices[0],
        high_units=max(prices),
        low_units=min(prices),
        close_units=prices[-1],
        volume_units=sum(trade.quantity_units for trade in trades),
        count=len(trades),
        is_partial=is_partial,
    )
