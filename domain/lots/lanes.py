"""The short way through a plain history by FIFO: purchases, sales and fees, and no moves.

Without moves no asset (or wallet) knows of another, so each is a lane of its own; and the oldest
lot, the only one ever partly used, is kept in hand instead of on a shelf. Where a book allows
shorts, a lane is long or short, never both. The answer is the engine's own, at three times its
speed; books of another kind are the engine's.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

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


Waiting = tuple[Fact, int, int]
"""A lot with what is left of its quantity and its money."""


class _Held(NamedTuple):
    """What a lane ends with: the lot in hand, if any is left of it, and those behind it."""

    lot: Fact | None
    quantity_units: int
    basis_units: int
    waiting: Iterable[Waiting]
    is_short: bool = False


def is_plain(book: Book) -> bool:
    """Whether a book is of the kind this way is made for."""
    return book.method is Method.FIFO and book.fees is FeePolicy.BASIS


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


def run_lanes(ordered: Sequence[Fact], book: Book) -> Report:
    """Match every lane and put what was found back in the order of the facts."""
    report = Report([], [], [], [])
    lanes = split(ordered, book.scope)
    for place, facts in sorted(lanes.items()):
        if book.shorts:
            held = _run_both(facts, report.rows)
        else:
            held = _run(facts, report.rows, report.missing)
        report.remaining.extend(_remaining(place, held))
    if len(lanes) > 1:
        position = {id(fact): number for number, fact in enumerate(ordered)}
        report.rows.sort(key=lambda row: position[id(row[1])])
        report.missing.sort(key=lambda gap: position[id(gap.fact)])
    return report


def _run(facts: Sequence[Fact], rows: list[Row], missing: list[Missing]) -> _Held:
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
    behind = [(one, one.quantity_units, one.value_units + one.fee_units) for one in waiting]
    return _Held(lot, held, basis, behind)


def _run_both(facts: Sequence[Fact], rows: list[Row]) -> _Held:
    """Run a lane that may go short: what nothing is held against opens a lot of its own side."""
    buy, is_long = Kind.BUY, True
    write = rows.append
    waiting: deque[Waiting] = deque()
    arrive, come = waiting.append, waiting.popleft
    lot, held, basis = None, 0, 0
    for fact in facts:
        is_buy = fact.kind is buy
        whole = quantity = fact.quantity_units
        money = fact.value_units + fact.fee_units if is_buy else fact.value_units - fact.fee_units
        if is_buy is is_long:
            if lot is None:
                lot, held, basis = fact, quantity, money
            else:
                arrive((fact, quantity, money))
            continue
        given = 0
        while lot is not None and quantity >= held:
            quantity -= held
            due = money * (whole - quantity) // whole
            got, paid = (due - given, basis) if is_long else (basis, due - given)
            write((lot, fact, held, got, paid))
            given = due
            lot, held, basis = come() if waiting else (None, 0, 0)
        if quantity and lot is not None:
            share, rest = basis * quantity // held, money - given
            held -= quantity
            basis -= share
            got, paid = (rest, share) if is_long else (share, rest)
            write((lot, fact, quantity, got, paid))
        elif quantity:
            is_long = is_buy
            lot, held, basis = fact, quantity, money - given
    return _Held(lot, held, basis, waiting, not is_long)


def _remaining(place: tuple[str, str], held: _Held) -> Iterable[Remaining]:
    sign = -1 if held.is_short else 1
    if held.lot is not None:
        yield Remaining(*place, held.lot, sign * held.quantity_units, sign * held.basis_units)
    for lot, quantity, basis in held.waiting:
        yield Remaining(*place, lot, sign * quantity, sign * basis)
