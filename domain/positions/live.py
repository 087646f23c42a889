"""What the loop believes its orders did at the exchange, beside what the books say they did.

The loop's word is its last answer about each order: filled base and quote, and the fee. The books'
is what settled, from the exchange's own statements. Where both are right they are equal to the last
unit; where not, one of them is about to act on a position that does not exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from domain.settlement.outcome import Leg
from domain.settlement.settle import last_heard
from domain.settlement.types import IntendedOrder, OrderAnswer


class Disagreement(msgspec.Struct, frozen=True, order=True):
    """An order of which loop and books say different things; both as received by us."""

    order_id: str
    asset: str
    live_units: int
    booked_units: int


def live_moves(
    orders: Iterable[IntendedOrder],
    answers: Iterable[OrderAnswer],
    base: str,
    quote: str,
    until_ns: int,
) -> dict[str, dict[str, int]]:
    """Give what the loop heard that each order moved.

    Args:
        orders: Intended at one exchange.
        answers: In any order; the last about an order counts.
        base: Identity of what the orders buy and sell.
        quote: Identity of what they pay with.
        until_ns: The cut-off of the books it is compared with. An order heard of after it may
            have moved after it too, so it is left to a later comparison.

    Returns:
        Client order id -> asset -> units received; orders that nothing was heard of are absent.
    """
    last = last_heard(answers, lambda answer: answer.client_order_id)
    found: dict[str, dict[str, int]] = {}
    for order in orders:
        answer = last.get(order.client_order_id)
        if answer is not None and answer.observed_ns <= until_ns:
            sign = 1 if order.side == "buy" else -1
            moved: defaultdict[str, int] = defaultdict(int)
            moved[base] += sign * answer.filled_base_units
            moved[quote] -= sign * answer.filled_quote_units
            if answer.fee_units:
                moved[answer.fee_asset] -= answer.fee_units
            found[order.client_order_id] = dict(moved)
    return found


def booked_moves(legs: Iterable[Leg]) -> dict[str, dict[str, int]]:
    """Give what the books say each order moved: client order id -> asset -> units received."""
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for leg in legs:
        for move in (*leg.moves, *leg.fees):
            found[leg.order_ref][move.asset] += move.units
    return {name: dict(moved) for name, moved in found.items()}


def disagreements(
    live: dict[str, dict[str, int]], booked: dict[str, dict[str, int]]
) -> list[Disagreement]:
    """List where the two differ, by order and asset.

    Args:
        live: Of orders whose last answer is in; others are unknown to the loop, not flat.
        booked: Of the same orders; one that moved nothing has no legs.
    """
    return sorted(
        Disagreement(name, asset, moved.get(asset, 0), booked.get(name, {}).get(asset, 0))
        for name, moved in live.items()
        for asset in {*moved, *booked.get(name, {})}
        if moved.get(asset, 0) != booked.get(name, {}).get(asset, 0)
    )
