"""The short way through a plain history by FIFO: purchases, sales and fees, and no moves.

Without moves no asset (or wallet) knows of another, so each is a lane of its own; and the oldest
lot, the only one ever partly used, is kept in hand instead of on a shelf. The answer is the
engine's own, at nearly twice its speed; books of another kind are the engine's.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from domain.lots.types import (
    Book,
    Fact,
    FeePolicy,
    Kind,
    Method,
    Missing,
    Remaining,
    Report,
    Row,
    Scope,
)

Lanes = dict[tuple[str, str], list[Fact]]


def is_plain(book: Book) -> bool:
    """Whether a book is of the kind this way is made for."""
    is_first_in = book.method is Method.FIFO
    return is_first_in and book.fees is FeePolicy.BASIS and not book.shorts


def split(ordered: Sequence[Fact], scope: Scope) -> Lanes:
    """Split facts into lanes: by asset, and by wallet where each wallet has its own lots."""
    if scope is Scope.WALLET:
        lanes: Lanes = defaultdict(list)
        for fact in ordered:
            lanes[fact.asset, fact.wallet].append(fact)
        return lanes
    by_asset: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in ordered:
        by_asset[fact.asset].append(fact)
    return {(asset, ""): facts for asset, facts in by_asset.items()}


def run_lanes(ordered: Sequence[Fact], scope: Scope) -> Report:
    """Match every lane and put what was found back in the order of the facts."""
    report = Report([], [], [], [])
    lanes = split(ordered, scope)
    for place, facts in sorted(lanes.items()):
        left = _run(facts, report.rows, report.missing)
        report.remaining.extend(Remaining(*place, *lot) for lot in left)
    if len(lanes) > 1:
        position = {id(fact): number for number, fact in enumerate(ordered)}
        report.rows.sort(key=lambda row: position[id(row[1])])
        report.missing.sort(key=lambda gap: position[id(gap.fact)])
    return report


def _run(
    facts: Sequence[Fact], rows: list[Row], missing: list[Missing]
) -> list[tuple[Fact, int, int]]:
    buy = Kind.BUY
    write = rows.append
    waiting: deque[Fact] = deque()
    arrive, come = waiting.append, waiting.popleft
    lot, held, basis = None, 0, 0
    for fact in facts:
        if fact.kind is buy:
            arrive(fact)
            continue
        whole = quantity = fact.quantity_units
        value, given = fact.value_units - fact.fee_units, 0
        while quantity >= held:
            if lot is not None:
                quantity -= held
                due = value * (whole - quantity) // whole
                write((lot, fact, held, due - given, basis))
                lot, given = None, due
            if not waiting:
                held = 0
                break
            lot = come()
            held = lot.quantity_units
            basis = lot.value_units + lot.fee_units
        if quantity and lot is not None:
            cost = basis * quantity // held
            held -= quantity
            basis -= cost
            write((lot, fact, quantity, value - given, cost))
        elif quantity:
            missing.append(Missing(fact, quantity, whole - quantity, value - given))
    in_hand = [] if lot is None else [(lot, held, basis)]
    behind = ((one, one.quantity_units, one.value_units + one.fee_units) for one in waiting)
    return [*in_hand, *behind]
