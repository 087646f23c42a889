"""The short way through a plain history by FIFO: purchases, sales and fees, and no moves.

Without moves no asset (or wallet) knows of another, so each is a lane of its own; and the oldest
lot, the only one ever partly used, is kept in hand instead of on a shelf. A history is matched as
it is read, and given up at the first fact that it is not made for. The answer is the engine's own,
at nearly twice its speed; books of another kind are the engine's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
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
    Scope,
)

_Left = list[tuple[Fact, int, int]]
"""Lots not used up: the acquisition, what is left of its quantity and of its basis."""
_Uses = Generator[_Left, Fact | None, None]
"""Is sent disposals one by one; sent None, gives what is left of the lot in hand."""


def is_plain(book: Book) -> bool:
    """Whether a book is of the kind this way is made for."""
    is_first_in = book.method is Method.FIFO
    return is_first_in and book.fees is FeePolicy.BASIS and not book.shorts


def run_lanes(facts: Iterable[Fact], scope: Scope, *, is_ordered: bool) -> Report | None:
    """Match every lane of a plain book.

    Args:
        facts: Strictly rising in time, unless they are said to be in order.
        scope: Whether each wallet has lots of its own.
        is_ordered: Whether facts of one instant are known to stand as they should.

    Returns:
        None where a fact is a move, or its turn is not known.
    """
    report = Report([], [], [], [])
    lanes = _Lanes(report)
    if not _walked(facts, lanes, scope is Scope.WALLET, is_ordered):
        return None
    for place, lane in sorted(lanes.items()):
        report.remaining.extend(Remaining(*place, *lot) for lot in lane.left())
    return report


class _Lane(NamedTuple):
    """The lots of one asset (and wallet), the oldest of them in hand."""

    waiting: deque[Fact]
    uses: _Uses

    def ways(self) -> tuple[Callable[[Fact], object], Callable[[Fact], object]]:
        """Give what an acquisition is told to, and what a disposal is."""
        return self.waiting.append, self.uses.send

    def left(self) -> _Left:
        """Give all lots that are not used up, the oldest first."""
        behind = (
            (one, one.quantity_units, one.value_units + one.fee_units) for one in self.waiting
        )
        return [*self.uses.send(None), *behind]


class _Lanes(dict[tuple[str, str], _Lane]):
    """Lanes by place, all of which write into one report."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def __missing__(self, place: tuple[str, str]) -> _Lane:
        waiting: deque[Fact] = deque()
        uses = _uses(waiting, self._report)
        next(uses)
        self[place] = lane = _Lane(waiting, uses)
        return lane


def _walked(facts: Iterable[Fact], lanes: _Lanes, by_wallet: bool, is_ordered: bool) -> bool:  # noqa: FBT001
    """Send each fact down its lane; stop at the first that has none, or that may be out of turn."""
    buy, sell, fee = Kind.BUY, Kind.SELL, Kind.FEE
    latest_ns, asset, wallet = -1, "", ""
    arrive, use = lanes[asset, wallet].ways()
    for fact in facts:
        time_ns = fact.time_ns
        if time_ns <= latest_ns and not is_ordered:
            return False
        latest_ns = time_ns
        if fact.asset is not asset or (by_wallet and fact.wallet is not wallet):
            asset, wallet = fact.asset, fact.wallet
            arrive, use = lanes[asset, wallet if by_wallet else ""].ways()
        kind = fact.kind
        if kind is buy:
            arrive(fact)
        elif kind is sell or kind is fee:
            use(fact)
        else:
            return False
    return True


def _uses(waiting: deque[Fact], report: Report) -> _Uses:
    """Use up lots, the oldest first, by each disposal that is sent."""
    write, come = report.rows.append, waiting.popleft
    lot, held, basis = None, 0, 0
    nothing: _Left = []
    while (fact := (yield nothing)) is not None:
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
            report.missing.append(Missing(fact, quantity, whole - quantity, value - given))
    yield [] if lot is None else [(lot, held, basis)]
