"""FIFO as anybody would write it with Decimal: the peer that any fast engine has to beat.

It knows no fees, wallets or order of facts, and rounds at Decimal's 28 digits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from decimal import Decimal

Part = tuple[int, int, Decimal, Decimal, Decimal]
"""Lot, disposal, quantity, proceeds, basis."""


def plain_fifo(fills: Iterable[tuple[str, Decimal, Decimal]]) -> list[Part]:
    """Match fills (kind, quantity, price) in the order given; shortages are dropped."""
    lots: deque[tuple[int, Decimal, Decimal]] = deque()
    parts: list[Part] = []
    for number, (kind, wanted, price) in enumerate(fills):
        if kind == "buy":
            lots.append((number, wanted, price))
            continue
        quantity = wanted
        while quantity and lots:
            lot, held, cost = lots[0]
            taken = min(held, quantity)
            parts.append((lot, number, taken, taken * price, taken * cost))
            quantity -= taken
            if taken == held:
                lots.popleft()
            else:
                lots[0] = (lot, held - taken, cost)
    return parts
