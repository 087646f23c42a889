"""How a quantity uses up the lots of a shelf, and what share of each side's money goes with it.

The share of a partly used lot is floored and what the floor leaves stays with the lot. The money of
the fact is shared cumulatively: the first n of its units get floor(value x n / quantity), however
many lots they came from. So both sides sum to what they were, and what falls to a missing quantity
is the same by every method. Which side is proceeds and which is basis is the engine's business.
"""

from __future__ import annotations

from fractions import Fraction

from domain.errors import InputRefused
from domain.lots.shelves import Named, Shelf
from domain.lots.types import Fact, Lot, Row


def use_up(
    shelf: Shelf,
    fact: Fact,
    quantity_units: int,
    value_units: int,
    rows: list[Row],
    done_units: int = 0,
) -> tuple[int, int]:
    """Take a quantity from the shelf's lots, the first first.

    Args:
        shelf: Loses the lots that are used up.
        fact: What uses them.
        quantity_units: At most this is taken.
        value_units: Money of the whole quantity; shared over the parts.
        rows: Gains a row a part: lot, fact, quantity, share of the value, share of the basis.
        done_units: So much of the quantity has its rows already.

    Returns:
        The quantity for which there was no lot, and its share of the value.
    """
    first = shelf.first
    left_units = quantity_units - done_units
    given = value_units * done_units // quantity_units if done_units else 0
    while left_units and shelf:
        lot = shelf[first]
        held_units = lot.quantity_units
        if held_units > left_units:
            cost = lot.basis_units * left_units // held_units
            lot.quantity_units = held_units - left_units
            lot.basis_units -= cost
            rows.append((lot.fact, fact, left_units, value_units - given, cost))
            return 0, 0
        shelf.drop()
        left_units -= held_units
        due = value_units * (quantity_units - left_units) // quantity_units
        rows.append((lot.fact, fact, held_units, due - given, lot.basis_units))
        given = due
    return left_units, value_units - given


def use_picked(shelf: Named, fact: Fact, value_units: int, rows: list[Row]) -> int:
    """Take what the picks of a disposal name, and give how much that was.

    Raises:
        InputRefused: A pick was recorded too late, names a lot that holds less, or picks exceed the
            disposal.
    """
    quantity_units = fact.quantity_units
    done_units, given = 0, 0
    for pick in fact.picks:
        lot = shelf.named(pick.lot_id)
        if pick.recorded_ns > fact.time_ns:
            raise InputRefused("record a pick before or at its disposal", id=fact.id)
        if not 0 < pick.quantity_units <= quantity_units - done_units:
            raise InputRefused("pick at most what is disposed of, and more than 0", id=fact.id)
        if lot is None or lot.quantity_units < pick.quantity_units:
            raise InputRefused("pick from a lot that holds so much", id=fact.id, lot_id=pick.lot_id)
        done_units += pick.quantity_units
        due = value_units * done_units // quantity_units
        cost = _taken(lot, pick.quantity_units)
        rows.append((lot.fact, fact, pick.quantity_units, due - given, cost))
        given = due
    shelf.tidy()
    return done_units


def carve(shelf: Shelf, quantity_units: int, charge_units: int) -> tuple[list[Lot], int, int]:
    """Take lots off a shelf whole or in part, the first first, to be put somewhere else.

    Args:
        shelf: Loses what is taken.
        quantity_units: At most this is taken.
        charge_units: Money that joins the basis of what is taken, shared by quantity.

    Returns:
        The lots, the quantity for which there was none, and its share of the charge.
    """
    carved: list[Lot] = []
    left_units, given = quantity_units, 0
    while left_units and shelf:
        lot = shelf[shelf.first]
        taken_units = min(lot.quantity_units, left_units)
        left_units -= taken_units
        due = charge_units * (quantity_units - left_units) // quantity_units
        basis = _taken(lot, taken_units) + due - given
        if not lot.quantity_units:
            shelf.drop()
        carved.append(Lot(lot.rank, lot.number, 0, taken_units, basis, lot.fact))
        given = due
    return carved, left_units, charge_units - given


def _taken(lot: Lot, quantity_units: int) -> int:
    cost = lot.basis_units * quantity_units // lot.quantity_units
    lot.quantity_units -= quantity_units
    lot.basis_units -= cost
    return cost


def at_rate(lots: list[Lot], out_units: int, into_units: int) -> list[Lot]:
    """Turn lots of one asset into lots of another, at a rate, basis and age kept.

    Args:
        lots: Parts of at most `out_units` in all.
        out_units: The rate: so much became ...
        into_units: ... so much.

    Returns:
        As many lots, or fewer: one too small for a single unit leaves its basis to the one before.
        Quantities are rounded up cumulatively, so that a whole departure arrives whole.
    """
    turned: list[Lot] = []
    left_units, arrived_units = 0, 0
    for lot in lots:
        left_units += lot.quantity_units
        units = -(-left_units * into_units // out_units) - arrived_units
        arrived_units += units
        if units:
            rank = Fraction(lot.rank * out_units, into_units) if lot.rank else 0
            turned.append(Lot(rank, lot.number, 0, units, lot.basis_units, lot.fact))
        else:
            turned[-1].basis_units += lot.basis_units
    return turned
