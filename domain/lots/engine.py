"""Match a set of facts by the rules of a book: the one place where lots change.

Acquisitions put lots on a shelf, disposals use them up, moves carry them with basis and age. What
no acquisition explains is reported as missing, or opens a short where the book allows it; a short
is closed by what comes in next, and a fact that crosses zero is split there. Rules by country,
marks and unrealised gains are not here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from domain.lots.lanes import is_plain, run_lanes
from domain.lots.moves import Leg, Move, Step, has_moves, with_legs
from domain.lots.netting import at_rate, carve, use_picked, use_up
from domain.lots.order import in_order
from domain.lots.shelves import SHELVES, Named, Queue, Shelf
from domain.lots.types import (
    IN_TRANSIT,
    Book,
    Fact,
    FeeLine,
    FeePolicy,
    Kind,
    Lot,
    Missing,
    Remaining,
    Report,
    Row,
    Scope,
)

_Place = tuple[str, str]


def match(facts: Iterable[Fact], book: Book) -> Report:
    """Say which lots the facts used up and which remain; the order facts come in does not matter.

    Raises:
        InputRefused: A pick of a book by specific identification cannot be followed.
    """
    given = list(facts)
    if is_plain(book) and (report := run_lanes(given, book.scope, is_ordered=False)):
        return report
    ordered = in_order(given)
    if has_moves(ordered):
        return _Matcher(book).run(with_legs(ordered))
    if is_plain(book) and (report := run_lanes(ordered, book.scope, is_ordered=True)):
        return report
    return _Matcher(book).run(ordered)


class _Matcher:
    """The state of one run; built, run once, read."""

    def __init__(self, book: Book) -> None:
        shelf = SHELVES[book.method]
        self._sign = shelf.sign
        self._by_wallet = book.scope is Scope.WALLET
        self._fees_are_basis = book.fees is FeePolicy.BASIS
        self._shorts = book.shorts
        self._held: defaultdict[_Place, Shelf] = defaultdict(shelf)
        self._owed: defaultdict[_Place, Shelf] = defaultdict(Queue if shelf is Named else shelf)
        self._number = 0
        self._parts = 0
        self._rows: list[Row] = []
        self._missing: list[Missing] = []
        self._fee_lines: list[FeeLine] = []

    def run(self, steps: Sequence[Step]) -> Report:
        """Walk through history once and say what was found."""
        buy = Kind.BUY
        for number, step in enumerate(steps):
            self._number = number
            if step.kind is buy:
                self._acquire(step)
            elif step.kind is None:
                self._move(step)
            else:
                self._dispose(step)
        return Report(self._rows, self._remaining(), self._missing, self._fee_lines)

    def _acquire(self, fact: Fact) -> None:
        cost = fact.value_units
        if fact.fee_units:
            cost += self._fee(fact)
        place = (fact.asset, fact.wallet if self._by_wallet else "")
        quantity = fact.quantity_units
        if place in self._owed:
            quantity, cost = self._close_shorts(place, fact, quantity, cost)
        if quantity:
            rank = self._sign * fact.price_units
            self._held[place].put(Lot(rank, self._number, 0, quantity, cost, fact))

    def _dispose(self, fact: Fact) -> None:
        quantity, value = fact.quantity_units, fact.value_units
        if fact.fee_units:
            value -= self._fee(fact)
        place = (fact.asset, fact.wallet if self._by_wallet else "")
        shelf = self._held[place]
        done = 0
        if fact.picks and isinstance(shelf, Named):
            done = use_picked(shelf, fact, value, self._rows)
        quantity, value = use_up(shelf, fact, quantity, value, self._rows, done)
        if not quantity:
            return
        if self._shorts:
            rank = self._sign * fact.price_units
            self._owed[place].put(Lot(rank, self._number, 0, quantity, value, fact))
        else:
            self._lack(fact, quantity, value)

    def _fee(self, fact: Fact) -> int:
        """Give the part of a fee that is basis or proceeds; the rest becomes a line."""
        if self._fees_are_basis:
            return fact.fee_units
        self._fee_lines.append(FeeLine(fact, fact.fee_units))
        return 0

    def _lack(self, fact: Fact, quantity: int, value: int) -> None:
        self._missing.append(Missing(fact, quantity, fact.quantity_units - quantity, value))

    def _close_shorts(self, place: _Place, fact: Fact, quantity: int, cost: int) -> tuple[int, int]:
        shelf = self._owed[place]
        closed: list[Row] = []
        left = use_up(shelf, fact, quantity, cost, closed)
        for lot, _, units, paid, received in closed:
            self._rows.append((lot, fact, units, received, paid))
        if not shelf:
            del self._owed[place]
        return left

    def _move(self, leg: Leg) -> None:
        if leg.is_departure:
            self._depart(leg.move)
        else:
            self._arrive(leg.move)

    def _depart(self, move: Move) -> None:
        out, into = move.out, move.into
        if out is None:
            return
        carried = out.quantity_units - self._pay_network(move)
        charge = self._fee(out) if out.fee_units else 0
        if into is not None and into.fee_units:
            charge += self._fee(into)
        stays = not (self._by_wallet or move.is_wrap)
        if stays and not charge:
            return
        lots = self._carve(out, carried, charge)
        place = (out.asset, out.wallet if self._by_wallet else "")
        if into is None and self._by_wallet:
            place = (out.asset, IN_TRANSIT)
        if into is None or stays:
            self._settle(place, lots)
        else:
            is_wrap = move.is_wrap
            rate = (out.quantity_units, into.quantity_units)
            move.parcel = at_rate(lots, *rate) if is_wrap else lots

    def _pay_network(self, move: Move) -> int:
        """Dispose of what left and did not arrive; give how much that was."""
        out, into = move.out, move.into
        if out is None or into is None or move.is_wrap:
            return 0
        lost = out.quantity_units - into.quantity_units
        if lost <= 0:
            return 0
        told = out if out.value_units else into
        value = told.value_units * lost // told.quantity_units
        self._dispose(
            Fact(
                out.time_ns,
                Kind.FEE,
                out.asset,
                lost,
                value,
                price_units=told.price_units,
                wallet=out.wallet,
                id=out.id,
            )
        )
        return lost

    def _carve(self, out: Fact, quantity: int, charge: int) -> list[Lot]:
        """Take lots off their shelf for a move, with what the move cost added to their basis."""
        shelf = self._held[out.asset, out.wallet if self._by_wallet else ""]
        lots, left, charge_left = carve(shelf, quantity, charge)
        if left:
            self._missing.append(Missing(out, left, quantity - left, -charge_left))
        return lots

    def _arrive(self, move: Move) -> None:
        into = move.into
        if into is None:
            return
        if move.out is None:
            self._appear(into)
            return
        place = (into.asset, into.wallet if self._by_wallet else "")
        for lot in move.parcel:
            self._deliver(place, into, lot)
        excess = into.quantity_units - move.out.quantity_units
        if excess > 0 and not move.is_wrap:
            self._lack(into, excess, 0)

    def _appear(self, into: Fact) -> None:
        """Take in what came from outside the facts: at the basis it states, or as missing."""
        if into.value_units:
            self._acquire(into)
        else:
            self._lack(into, into.quantity_units, -self._fee(into) if into.fee_units else 0)

    def _deliver(self, place: _Place, into: Fact, lot: Lot) -> None:
        if place in self._owed:
            left = self._close_shorts(place, into, lot.quantity_units, lot.basis_units)
            lot.quantity_units, lot.basis_units = left
        if lot.quantity_units:
            self._settle(place, [lot])

    def _settle(self, place: _Place, lots: Iterable[Lot]) -> None:
        shelf = self._held[place]
        for lot in lots:
            self._parts += 1
            lot.part = self._parts
            shelf.take_in(lot)

    def _remaining(self) -> list[Remaining]:
        signed = [(1, self._held), (-1, self._owed)]
        found = [
            (place, lot, sign)
            for sign, shelves in signed
            for place, shelf in shelves.items()
            for lot in shelf
            if lot.quantity_units
        ]
        found.sort(key=lambda one: (one[0], one[1].number, one[1].part))
        return [
            Remaining(*place, lot.fact, sign * lot.quantity_units, sign * lot.basis_units)
            for place, lot, sign in found
        ]
