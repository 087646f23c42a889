"""How a large order ended: its outcome, the facts of that, and what it cost. Pure.

SETTLED when less is left than one child may be, PARTIAL when more is, FAILED when nothing traded;
UNKNOWN while a child that may have traded has no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from domain.algorithms.parent import ParentOrder
from domain.algorithms.progress import filled_e8
from domain.algorithms.shortfall import (
    Benchmarks,
    Shortfall,
    shortfall,
    time_weighted,
    volume_weighted,
)
from domain.market.book import Fill
from journal.records import ExecutionFinalised, ExecutionFinished, Fact, ResultCounted
from live.execution.legs import result_usd_e24
from live.execution.parent_facts import Working, trade_of
from live.execution.place import E8, Place

_UNKNOWN_REASON = "the process ended before an answer came; give the same order again to ask"


def outcome_of(order: ParentOrder, children: Sequence[Working], places: Mapping[str, Place]) -> str:
    """Say how an order stands that nothing more is sent for."""
    if any(not one.is_definite for one in children):
        return "UNKNOWN"
    done = filled_e8([one.told(places[one.child.venue]) for one in children])
    if order.size_e8 - done < order.least_e8:
        return "SETTLED"
    return "PARTIAL" if done else "FAILED"


def ending_facts(
    order: ParentOrder,
    children: Sequence[Working],
    places: Mapping[str, Place],
    reason: str,
    now_ns: int,
) -> list[Fact]:
    """Write the end of an order; one that is UNKNOWN is neither counted nor final.

    Args:
        order: Which.
        children: All of them.
        places: By venue.
        reason: For people.
        now_ns: When it ended.
    """
    outcome, name = outcome_of(order, children, places), order.algorithm.value
    finished = ExecutionFinished(
        execution_id=order.parent_id,
        opportunity_id=order.parent_id,
        strategy=name,
        outcome=outcome,
        reason=_UNKNOWN_REASON if outcome == "UNKNOWN" else reason,
    )
    if outcome == "UNKNOWN":
        return [finished]
    results = [result_of(order, one, places) for one in children]
    counted = ResultCounted(
        execution_id=order.parent_id,
        strategy=name,
        venues=tuple(places),
        outcome=outcome,
        result_usd_e24=sum(result or 0 for result in results),
        is_known=None not in results,
        took_ns=0,
        counted_ns=now_ns,
    )
    final = ExecutionFinalised(
        execution_id=order.parent_id, strategy=name, outcome=outcome, block_number=0
    )
    return [finished, counted, final]


def result_of(order: ParentOrder, one: Working, places: Mapping[str, Place]) -> int | None:
    """Say what a child brought at the middle when it was sent; None when nobody remembers that."""
    if one.intent is None or not one.answer.filled_base_units:
        return 0
    if one.mark_e6 is None:
        return None
    place = places[one.child.venue]
    trade = trade_of(order, one.child, place, one.mark_e6, now_ns=0)
    return result_usd_e24(trade, place.card, (), [(one.intent, one.answer)])


def cost_of(
    order: ParentOrder,
    children: Sequence[Working],
    places: Mapping[str, Place],
    decided: Fraction,
    seen: Sequence[tuple[int, Fraction]],
    arrived: Fraction | None,
    trades: Sequence[Fill] | None,
) -> Shortfall:
    """Explain what an order cost against the market while it was worked.

    Args:
        order: Which.
        children: All of them, each with an answer.
        places: By venue.
        decided: Middle when it was taken on.
        seen: Instants and middles of the market, in order; none where nobody remembers.
        arrived: Middle when its first child left; None when none did, or nobody remembers.
        trades: Of the public meanwhile, ours among them; None when they cannot be read.
    """
    ended = seen[-1][1] if seen else None
    marks = Benchmarks(
        decided=decided,
        arrived=arrived,
        ended=ended,
        twap=time_weighted(seen, seen[-1][0]) if seen else None,
        vwap=None if trades is None else volume_weighted(trades),
    )
    fills = [places[one.child.venue].filled(one.answer) for one in children]
    return shortfall(order.side, Fraction(order.size_e8, 10**E8), fills, marks)
