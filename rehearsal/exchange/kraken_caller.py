"""Who asks the private endpoints, and which rows of an answer an ask is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rehearsal.exchange.kraken_ask import Form, instant_us, integer
from rehearsal.exchange.venue import SPOT

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


def ids_of(ask: Form) -> list[str]:
    """List the transaction ids that are asked for."""
    return [txid for txid in ask.get("txid", "").split(",") if txid]


def within(rows: Sequence[T], ask: Form, at_us: Callable[[T], int]) -> list[T]:
    """Keep what lies after `start` (exclusive) and up to `end` (inclusive), as Kraken bounds it."""
    start_us, end_us = instant_us(ask, "start"), instant_us(ask, "end")
    return [
        row
        for row in rows
        if (start_us is None or at_us(row) > start_us) and (end_us is None or at_us(row) <= end_us)
    ]


def page_of(rows: Sequence[T], ask: Form) -> Sequence[T]:
    """Cut the page that is asked for."""
    first = integer(ask, "ofs", 0)
    return rows[first : first + PAGE]
