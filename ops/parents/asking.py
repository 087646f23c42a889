"""A large order as it is typed: text and seconds turned into an order, or refused whole."""

from __future__ import annotations

from decimal import ROUND_DOWN

import msgspec

from domain.algorithms.parent import Algorithm, ParentOrder, checked
from domain.clock import DAY_NS
from domain.errors import InputRefused
from domain.identity import fact_id
from domain.money import exact_units, to_units
from live.execution.place import E8

LONGEST_NS = 7 * DAY_NS
"""A week: an order that takes longer is a plan, and wants somebody to look at it in between."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed.

    Args:
        name: Whatever tells this order from others; the same name is the same order.
        size, limit_price, display: Decimal text, of whole base and of quote; empty for none.
        seconds: How long the order may take.
        curve: Relative volumes, with commas; empty for none.
    """

    name: str
    algorithm: str
    side: str
    size: str
    seconds: str
    slices: int = 1
    limit_price: str = ""
    display: str = ""
    curve: str = ""


def parent_order(asked: Asked, start_ns: int, lot_e8: int, least_e8: int) -> ParentOrder:
    """Read what was typed.

    Args:
        asked: As typed.
        start_ns: When the order begins.
        lot_e8: Smallest step at every venue.
        least_e8: Smallest child at every venue.

    Raises:
        InputRefused: It is no order that can be carried out.
    """
    curve, span_ns = _curve(asked.curve), to_units(asked.seconds, 9, rounding=ROUND_DOWN)
    if not 0 < span_ns <= LONGEST_NS:
        raise InputRefused("give the order more than no time and at most a week", got=asked.seconds)
    return checked(
        ParentOrder(
            parent_id=parent_id(asked.name),
            algorithm=Algorithm(asked.algorithm),
            side=asked.side,
            size_e8=exact_units(asked.size, E8),
            start_ns=start_ns,
            end_ns=start_ns + span_ns,
            limit_e8=exact_units(asked.limit_price or "0", E8),
            slices=len(curve) or asked.slices,
            curve=curve,
            display_e8=exact_units(asked.display or "0", E8),
            lot_e8=lot_e8,
            least_e8=least_e8,
        )
    )


def parent_id(name: str) -> str:
    """Name an order in the journal by what its owner calls it."""
    return fact_id("parent", name)


def _curve(text: str) -> tuple[int, ...]:
    parts = [part for part in text.split(",") if part]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise InputRefused("write the curve as whole numbers with commas between", got=text)
    return tuple(map(int, parts))
