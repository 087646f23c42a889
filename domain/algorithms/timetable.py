"""When how much of an order should be done: equal parts, or parts by the volume of the market.

Pure. Totals run up to the whole order, each part a whole number of lots, what rounding leaves given
to the largest remainders, so parts always sum to the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from domain.algorithms.parent import Algorithm, ParentOrder
from domain.errors import InputRefused
from domain.money import split_by_largest_remainder


class Target(msgspec.Struct, frozen=True):
    """From an instant on, so much of the order should be done."""

    at_ns: int
    total_e8: int


def timetable(order: ParentOrder) -> tuple[Target, ...]:
    """Give an order's targets in their order; those of a route all ask for the whole.

    Args:
        order: Checked, and no iceberg, which follows its fills and not the clock.
    """
    starts = _starts_ns(order)
    if order.algorithm is Algorithm.ROUTE:
        return tuple(Target(at_ns, order.size_e8) for at_ns in starts)
    weights = order.curve if order.algorithm is Algorithm.VWAP else (1,) * order.slices
    lots = split_by_largest_remainder(order.size_e8 // order.lot_e8, weights)
    totals = accumulate(part * order.lot_e8 for part in lots)
    return tuple(map(Target, starts, totals))


def _starts_ns(order: ParentOrder) -> list[int]:
    span_ns = order.end_ns - order.start_ns
    return [order.start_ns + number * span_ns // order.slices for number in range(order.slices)]


def volume_curve(
    trades: Iterable[tuple[int, int]], start_ns: int, end_ns: int, slices: int
) -> tuple[int, ...]:
    """Count the volume of a past span in as many parts as an order shall have.

    Args:
        trades: Time and size of each, in any order; those outside of [start, end) are left out.
        start_ns: Of the past span.
        end_ns: Its end, excluded.
        slices: How many parts.

    Raises:
        InputRefused: Nothing traded in the span, so there is no curve to follow.
    """
    volumes = [0] * slices
    for at_ns, size_e8 in trades:
        if start_ns <= at_ns < end_ns:
            volumes[(at_ns - start_ns) * slices // (end_ns - start_ns)] += size_e8
    if not any(volumes):
        raise InputRefused("give a span in which something traded; its volume is the curve")
    return tuple(volumes)


def due(targets: Sequence[Target], now_ns: int) -> int:
    """Give the number of the newest target that is due; -1 before the first."""
    return sum(target.at_ns <= now_ns for target in targets) - 1
