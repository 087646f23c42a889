"""A large order as facts and back: what was ordered, which children there were, how each stands.

Pure. Children are recognised by their ids alone, so whoever comes after a crash knows as much as
the journal does: what was intended, and what was answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.algorithms.parent import Algorithm, Child, ParentOrder, Told, child_id
from domain.algorithms.routing import Part
from domain.errors import InputRefused
from domain.money import MARK_SCALE, exact_units, from_units
from journal.records import (
    ExecutionFinished,
    ExecutionPlanned,
    Fact,
    OpportunityFound,
    OrderIntended,
    OrderObserved,
    ParentOrdered,
    RiskDecided,
)
from live.execution.answers import DEFINITE_ORDER, OrderAnswer
from live.execution.place import E8, Place
from live.risk.order_rules import as_trade

PARENT_KINDS = (
    ParentOrdered.KIND,
    RiskDecided.KIND,
    ExecutionPlanned.KIND,
    OrderIntended.KIND,
    OrderObserved.KIND,
    ExecutionFinished.KIND,
)
"""What is written while an order is worked, all under its id as correlation id."""


@dataclass(slots=True)
class Working:
    """A child under way and what is known of it.

    Args:
        answer: The venue's last word.
        intent: None where risk declined it, so that it was never meant to be sent.
        mark_e6: Middle of the market when it was sent; None when another process sent it.
    """

    child: Child
    answer: OrderAnswer
    intent: OrderIntended | None
    mark_e6: int | None = None

    @property
    def is_definite(self) -> bool:
        """Whether it can no longer change."""
        return self.answer.status in DEFINITE_ORDER

    def told(self, place: Place) -> Told:
        """Write what is known as the algorithms read it."""
        is_known = self.is_definite or (self.child.rests and self.answer.status == "OPEN")
        return Told(
            self.child,
            self.is_definite,
            is_known,
            place.size_e8(self.answer.filled_base_units),
            self.answer.status == "REJECTED",
        )


@dataclass(slots=True)
class PastParent:
    """What the journal says of an order.

    Args:
        order: None when it was never taken on.
        is_declined: Risk said no to the whole of it.
        outcome: Of its end; empty when it has none.
    """

    order: ParentOrdered | None
    is_declined: bool
    children: list[Working]
    outcome: str = ""
    reason: str = ""


def ordered_fact(order: ParentOrder, places: Mapping[str, Place], mark_e6: int) -> ParentOrdered:
    """Write an order as the fact that precedes everything done for it.

    Args:
        order: Checked.
        places: Where it may trade; sizes are written in the first one's base units.
        mark_e6: Middle of the best book.
    """
    first = next(iter(places.values()))
    return ParentOrdered(
        parent_id=order.parent_id,
        algorithm=order.algorithm.value,
        venues=tuple(places),
        symbol=first.card.exchange.symbol,
        side=order.side,
        base_units=first.base_units(order.size_e8),
        limit_price=from_units(order.limit_e8, E8) if order.limit_e8 else "",
        start_ns=order.start_ns,
        end_ns=order.end_ns,
        slices=order.slices,
        curve=order.curve,
        display_units=first.base_units(order.display_e8),
        mark_e6=mark_e6,
    )


def trade_of(
    order: ParentOrder, child: Child, place: Place, mark_e6: int, now_ns: int
) -> OpportunityFound:
    """Write a child as the trade that risk judges, at the worst price it may reach."""
    leg = place.leg(order.side, child.size_e8, child.limit_e8, mark_e6)
    name = child_id(order.parent_id, child.slice_number, child.venue)
    return as_trade(name, order.algorithm.value, (leg,), mark_e6, now_ns)


def whole_trade(
    order: ParentOrder,
    parts: Sequence[Part],
    places: Mapping[str, Place],
    mark_e6: int,
    now_ns: int,
) -> OpportunityFound:
    """Write a whole order likewise; what no book holds now is valued at the first venue's price.

    Args:
        order: Checked.
        parts: How the books would divide it now; none where only its venues matter.
        places: Where it may trade.
        mark_e6: Middle of the market.
        now_ns: The clock.
    """
    beyond_e8 = order.size_e8 - sum(part.size_e8 for part in parts)
    outside_e8 = order.limit_e8 or mark_e6 * 10 ** (E8 - MARK_SCALE)
    asked = list(parts) or [Part(venue, 0, outside_e8) for venue in places]
    asked[0] = Part(asked[0].venue, asked[0].size_e8 + beyond_e8, asked[0].worst_price_e8)
    legs = tuple(
        places[part.venue].leg(order.side, part.size_e8, part.worst_price_e8, mark_e6)
        for part in asked
    )
    return as_trade(order.parent_id, order.algorithm.value, legs, mark_e6, now_ns)


def order_of(fact: ParentOrdered, place: Place, least_e8: int) -> ParentOrder:
    """Read an order back."""
    return ParentOrder(
        parent_id=fact.parent_id,
        algorithm=Algorithm(fact.algorithm),
        side=fact.side,
        size_e8=place.size_e8(fact.base_units),
        start_ns=fact.start_ns,
        end_ns=fact.end_ns,
        limit_e8=exact_units(fact.limit_price or "0", E8),
        slices=fact.slices,
        curve=fact.curve,
        display_e8=place.size_e8(fact.display_units),
        lot_e8=place.lot_e8,
        least_e8=least_e8,
    )


def past_parent(parent_id: str, facts: Iterable[Fact]) -> PastParent:
    """Fold the facts of one order, in the order they were written."""
    past = PastParent(None, is_declined=False, children=[])
    declined: list[RiskDecided] = []
    by_id: dict[str, Working] = {}
    for fact in facts:
        match fact:
            case ParentOrdered():
                past.order = fact
            case RiskDecided() if not fact.is_approved:
                declined.append(fact)
            case OrderIntended():
                by_id[fact.client_order_id] = _intended(past, fact, len(by_id) + len(declined))
                past.children.append(by_id[fact.client_order_id])
            case OrderObserved() if fact.client_order_id in by_id:
                by_id[fact.client_order_id].answer = _heard(fact)
            case ExecutionFinished():
                past.outcome, past.reason = fact.outcome, fact.reason
            case _:
                continue
    past.is_declined = any(fact.opportunity_id == parent_id for fact in declined)
    past.children += _declined(past, declined, len(by_id) + len(declined))
    return past


def declined_child(child: Child, reason: str) -> Working:
    """Give a child that risk declined: definitely nothing of it traded."""
    return Working(child, OrderAnswer("REJECTED", reason=reason), None)


def _intended(past: PastParent, fact: OrderIntended, most: int) -> Working:
    number, venue = _numbers(past, most)[fact.client_order_id]
    price_e8 = exact_units(fact.limit_price, E8)
    rests = past.order is not None and past.order.algorithm == Algorithm.ICEBERG.value
    return Working(Child(number, venue, 0, price_e8, rests), OrderAnswer("UNKNOWN"), fact)


def _declined(past: PastParent, facts: Iterable[RiskDecided], most: int) -> Iterator[Working]:
    numbers = _numbers(past, most) if past.order else {}
    for fact in facts:
        if fact.opportunity_id in numbers:
            number, venue = numbers[fact.opportunity_id]
            yield declined_child(Child(number, venue, 0, 0), fact.reason)


def _numbers(past: PastParent, most: int) -> dict[str, tuple[int, str]]:
    """Name every child an order can have had so far, by id."""
    order = past.order
    if order is None:
        raise InputRefused("this journal has children of an order that was never taken on")
    return {
        child_id(order.parent_id, number, venue): (number, venue)
        for number in range(max(order.slices, most + 1))
        for venue in order.venues
    }


def _heard(fact: OrderObserved) -> OrderAnswer:
    return OrderAnswer(
        fact.status,
        fact.venue_order_id,
        fact.filled_base_units,
        fact.filled_quote_units,
        fact.fee_units,
        fact.reason,
    )
