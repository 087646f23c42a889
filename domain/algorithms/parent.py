"""A large order and its children, as values; refused whole when it cannot be carried out.

An order says what is wanted, a child is one order at one venue that serves it. Ids follow from the
order's own, so a child that may have been sent can be asked for by whoever comes next.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from domain.errors import InputRefused
from domain.identity import fact_id

MOST_SLICES = 10_000
SIDES = ("buy", "sell")


class Algorithm(Enum):
    """How an order is worked.

    ``twap`` equal parts at equal times; ``vwap`` parts by a curve of volume; ``iceberg`` one
    resting part after the other; ``route`` all at once over the venues, and again what was missed.
    """

    TWAP = "twap"
    VWAP = "vwap"
    ICEBERG = "iceberg"
    ROUTE = "route"


class ParentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted.

    Args:
        parent_id: Chosen by whoever orders; the same id is the same order.
        side: ``buy`` or ``sell``.
        size_e8: Of the base; a whole number of lots.
        limit_e8: Worst price of any fill; 0 for none, an iceberg needs one.
        start_ns, end_ns: No child is sent outside of [start, end).
        slices: Of a timetable; how many parts, or tries of a route.
        curve: Relative volumes of a ``vwap``, one for each slice.
        display_e8: What an iceberg shows at once.
        lot_e8: Smallest step of a size, at every venue.
        least_e8: Smallest child.
    """

    parent_id: str
    algorithm: Algorithm
    side: str
    size_e8: int
    start_ns: int
    end_ns: int
    limit_e8: int = 0
    slices: int = 1
    curve: tuple[int, ...] = ()
    display_e8: int = 0
    lot_e8: int = 1
    least_e8: int = 1


class Child(msgspec.Struct, frozen=True):
    """One order at one venue.

    Args:
        slice_number: Which part of the order it serves, from 0.
        limit_e8: Worst price it may trade at.
        rests: Whether it stays on the book until withdrawn; otherwise immediate or cancelled.
    """

    slice_number: int
    venue: str
    size_e8: int
    limit_e8: int
    rests: bool = False


class Told(msgspec.Struct, frozen=True):
    """A child and the last that is known of it.

    Args:
        is_definite: Whether it can no longer change; a resting child is not.
        is_known: Whether its venue has answered at all.
        was_refused: Risk or the venue said no; nothing of it traded.
        filled_e8: Of the base, so far.
    """

    child: Child
    is_definite: bool
    is_known: bool
    filled_e8: int = 0
    was_refused: bool = False


def child_id(parent_id: str, slice_number: int, venue: str) -> str:
    """Name a child so that it can be asked for without having heard of it: 32 hex digits."""
    return fact_id("client_order", parent_id, str(slice_number), venue)


def checked(order: ParentOrder) -> ParentOrder:
    """Give an order back if it can be carried out.

    Raises:
        InputRefused: It cannot; the sentence says what to change.
    """
    for is_wrong, advice in (
        (order.side not in SIDES, "order to buy or to sell"),
        (
            order.size_e8 <= 0 or order.size_e8 % order.lot_e8,
            "order a whole number of lots, one at least",
        ),
        (order.size_e8 < order.least_e8, "order at least what one child may be"),
        (order.limit_e8 < 0, "give a positive limit price, or none"),
        (order.end_ns <= order.start_ns, "end the order after it starts"),
        (not 1 <= order.slices <= MOST_SLICES, f"cut the order into 1 to {MOST_SLICES} slices"),
    ):
        if is_wrong:
            raise InputRefused(advice, parent_id=order.parent_id)
    _check_algorithm(order)
    return order


def _check_algorithm(order: ParentOrder) -> None:
    is_iceberg = order.algorithm is Algorithm.ICEBERG
    is_cut = order.algorithm in {Algorithm.TWAP, Algorithm.VWAP}
    weights = order.curve
    is_curve = len(weights) == order.slices and min(weights, default=0) >= 0 and sum(weights) > 0
    for is_wrong, advice in (
        (is_iceberg and not order.limit_e8, "give an iceberg a limit price"),
        (is_iceberg and order.display_e8 < order.least_e8, "show at least what one child may be"),
        (is_iceberg and order.display_e8 % order.lot_e8, "show a whole number of lots"),
        (is_cut and order.size_e8 < order.slices * order.least_e8, "cut into fewer slices"),
        (order.algorithm is Algorithm.VWAP and not is_curve, "give a volume for every slice"),
    ):
        if is_wrong:
            raise InputRefused(advice, parent_id=order.parent_id)
