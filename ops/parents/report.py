"""What became of a large order, as JSON: children, fills, average price, cost against benchmarks.

Amounts are decimal text, exact; averages and shares are exact fractions shown to so many digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from domain.algorithms.parent import ParentOrder
from domain.algorithms.progress import filled_e8
from domain.algorithms.shortfall import Shortfall
from domain.money import MARK_SCALE, from_units
from live.execution.outlook import Outlook
from live.execution.parent_ending import cost_of, outcome_of
from live.execution.parent_facts import Working
from live.execution.place import E8, Place

_SHOWN_DIGITS = 8
Report = dict[str, Any]


async def parent_report(
    order: ParentOrder,
    children: Sequence[Working],
    places: Mapping[str, Place],
    outlook: Outlook | None,
    mark_e6: int,
    reason: str,
) -> Report:
    """Write an order down as it stands.

    Args:
        order: Which.
        children: All of them.
        places: Where it could trade.
        outlook: What was seen of the market; None when the order had ended before.
        mark_e6: Middle of the market when it was taken on.
        reason: Why it ended.
    """
    told = [one.told(places[one.child.venue]) for one in children]
    outcome = outcome_of(order, children, places)
    cost = None
    if outcome != "UNKNOWN":
        decided = Fraction(mark_e6, 10**MARK_SCALE)
        seen = (outlook.middles, outlook.arrived) if outlook else ((), None)
        trades = await outlook.trades() if outlook else None
        cost = cost_of(order, children, places, decided, *seen, trades)
    return {
        "parent_id": order.parent_id,
        "algorithm": order.algorithm.value,
        "side": order.side,
        "size": from_units(order.size_e8, E8),
        "limit_price": from_units(order.limit_e8, E8) if order.limit_e8 else None,
        "outcome": outcome,
        "reason": reason,
        "filled": from_units(filled_e8(told), E8),
        "children": [_child(one, places[one.child.venue]) for one in children],
        "cost": cost and _cost(cost),
        "benchmarks": cost and _benchmarks(cost),
    }


def _child(one: Working, place: Place) -> Report:
    filled = place.filled(one.answer)
    return {
        "client_order_id": one.intent.client_order_id if one.intent else None,
        "slice": one.child.slice_number,
        "venue": one.child.venue,
        "size": shown(Fraction(place.size_e8(one.intent.base_units), 10**E8))
        if one.intent
        else shown(Fraction(one.child.size_e8, 10**E8)),
        "limit_price": one.intent.limit_price if one.intent else None,
        "status": one.answer.status if one.intent else "DECLINED",
        "filled": shown(filled.base),
        "average_price": shown(filled.quote / filled.base) if filled.base else None,
        "fee": shown(filled.fee),
        "reason": one.answer.reason,
    }


def _cost(cost: Shortfall) -> Report:
    return {
        "average_price": shown(cost.average),
        "delay": shown(cost.delay),
        "execution": shown(cost.execution),
        "fees": shown(cost.fees),
        "opportunity": shown(cost.opportunity),
        "total": shown(cost.total),
        "total_bps": shown(cost.total_bps),
    }


def _benchmarks(cost: Shortfall) -> Report:
    return {
        "against_arrival_bps": shown(cost.against_arrival_bps),
        "against_twap_bps": shown(cost.against_twap_bps),
        "against_vwap_bps": shown(cost.against_vwap_bps),
    }


def shown(number: Fraction | None) -> str | None:
    """Write an exact fraction for people, rounded half to even; unknown stays null."""
    if number is None:
        return None
    return from_units(round(number * 10**_SHOWN_DIGITS), _SHOWN_DIGITS)
