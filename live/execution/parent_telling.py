"""How a large order ended, as the wire tells it. Pure.

One fill for each child that was meant to be sent; what no venue has said is absent, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.algorithms.parent import ParentOrder
from live.execution.parent_ending import outcome_of, result_of
from live.execution.parent_facts import Working
from live.execution.place import Place
from live.execution.telling import order_fill
from live.protocol import v2


def parent_message(
    order: ParentOrder,
    children: Sequence[Working],
    places: Mapping[str, Place],
    reason: str,
    now_ns: int,
) -> v2.ExecutionResult:
    """Write an order's end as its message.

    Args:
        order: Which.
        children: All of them.
        places: Where it could trade, by venue.
        reason: Why it ended.
        now_ns: When that is told.
    """
    results = [result_of(order, one, places) for one in children]
    outcome = outcome_of(order, children, places)
    known = [result for result in results if result is not None]
    is_known = len(known) == len(results) and outcome != "UNKNOWN"
    first = next(iter(places.values()))
    return v2.ExecutionResult(
        routing=v2.Routing(
            strategy=order.algorithm.value,
            venues=tuple(places),
            pairs=(first.card.pair,),
            correlation=v2.correlation_of(order.parent_id),
        ),
        execution_id=order.parent_id,
        opportunity_id=order.parent_id,
        outcome=outcome,
        reason=reason,
        fills=tuple(
            order_fill(one.intent, one.answer, places[one.child.venue].card)
            for one in children
            if one.intent is not None
        ),
        gas_asset="",
        gas_amount=None,
        realised_usd_e24=sum(known) if is_known else None,
        block_number=None,
        finished_ns=now_ns,
    )
