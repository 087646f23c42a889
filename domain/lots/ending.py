"""What a lane ends with by FIFO where it may be short: no step is matched to say so.

A lane keeps its quantity and its money. What of the quantity is left is of the newest lots; what of
the money is not left with them was realised. So one lot alone has a history to follow, the one in
hand at the end, since each use of a part of it was floored. A lane is long or short, never both,
and a step that crosses zero is split there. What stands behind a step is the caller's: an entry, or
the id of a lot. Who asks what used up which lot asks the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from domain.lots.order import TURN, Key, by_time, is_rising, natural
from domain.lots.types import Kind

Who = TypeVar("Who")
Step = tuple[int, int, int, Who]
"""Time, quantity, money for all of it, and what stands behind it; a sale's are both negative."""


class Lane(NamedTuple, Generic[Who]):
    """Steps of one lane, column by column, so that a million of them are no objects.

    Args:
        times_ns: Of each.
        quantities: Positive when bought, negative when sold; never 0.
        money: Of all of the quantity, fees included, with its sign.
        behind: What stands behind each.
    """

    times_ns: list[int]
    quantities: list[int]
    money: list[int]
    behind: list[Who]

    def add(self, step: Step[Who]) -> None:
        """Add one step."""
        time_ns, quantity, money, behind = step
        self.times_ns.append(time_ns)
        self.quantities.append(quantity)
        self.money.append(money)
        self.behind.append(behind)

    def steps(self) -> Iterator[Step[Who]]:
        """Give the steps in the order they were added."""
        return zip(self.times_ns, self.quantities, self.money, self.behind, strict=True)

    def in_turn(self, id_of: Callable[[Who], str]) -> Lane[Who]:
        """Give the steps in the order that facts of these ids would have."""
        if is_rising(self.times_ns):
            return self
        key, at_ns = partial(self._tie_key, id_of), self.times_ns.__getitem__
        order = by_time(range(len(self.times_ns)), key, at_ns)
        return Lane(
            [self.times_ns[at] for at in order],
            [self.quantities[at] for at in order],
            [self.money[at] for at in order],
            [self.behind[at] for at in order],
        )

    def _tie_key(self, id_of: Callable[[Who], str], at: int) -> Key:
        quantity = self.quantities[at]
        turn = TURN[Kind.BUY if quantity > 0 else Kind.SELL]
        return turn, natural(id_of(self.behind[at])), abs(quantity), abs(self.money[at])


class Ending(NamedTuple, Generic[Who]):
    """What a lane ends with.

    Args:
        gain_units: Proceeds less basis of all that was used up.
        lots: What is left, the oldest first: the steps of a lane that goes on from here.
    """

    gain_units: int
    lots: list[Step[Who]]


def ending_of(lane: Lane[Who]) -> Ending[Who]:
    """Find what a lane realised and what it left; its steps are in their order."""
    lots = _left(lane)
    return Ending(sum(basis for _, _, basis, _ in lots) - sum(lane.money), lots)


def _left(lane: Lane[Who]) -> list[Step[Who]]:
    """Walk back over what was opened until it explains what is left."""
    left = sum(lane.quantities)
    side = 1 if left > 0 else -1
    left *= side
    lots: list[Step[Who]] = []
    at = len(lane.quantities)
    while left:
        at -= 1
        opened = side * lane.quantities[at]
        if opened > 0:
            units = min(opened, left)
            basis = lane.money[at] if units < left else side * _basis_in_hand(lane, at, units, side)
            lots.append((lane.times_ns[at], side * units, basis, lane.behind[at]))
            left -= units
    return lots[::-1]


def _basis_in_hand(lane: Lane[Who], at: int, left: int, side: int) -> int:
    """Follow the money of the oldest lot left, through each step that used a part of it.

    Args:
        lane: Of the lot.
        at: Which step opened it, perhaps closing what was open on the other side.
        left: How much of it is left at the end.
        side: 1 for a lot held, -1 for one owed; quantities and money come out positive by it.
    """
    whole, money = side * lane.quantities[at], side * lane.money[at]
    closed = max(0, -side * sum(lane.quantities[:at]))
    held, basis = whole - closed, money - money * closed // whole
    for used in _last_uses(lane.quantities[at + 1 :], held - left, side):
        basis -= basis * used // held
        held -= used
    return basis


def _last_uses(quantities: Sequence[int], units: int, side: int) -> list[int]:
    """Part a quantity by the last steps of the other side that make it up, in their order."""
    uses: list[int] = []
    for quantity in reversed(quantities):
        if not units:
            break
        if (against := -side * quantity) > 0:
            uses.append(min(against, units))
            units -= uses[-1]
    return uses[::-1]
