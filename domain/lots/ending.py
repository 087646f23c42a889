"""What a lane ends with by FIFO where it may be short: no step is matched to say so.

A lane keeps its quantity and its money. What of the quantity is left is of the newest lots; what of
the money is not left with them was realised. So one lot alone has a history to follow, the one in
hand at the end, since each use of a part of it was floored. A lane is long or short, never both,
and a step that crosses zero is split there. Who asks what used up which lot asks the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.lots.order import TURN, Key, by_time, is_rising, natural
from domain.lots.types import Kind

Step = tuple[int, int, int, str]
"""Time, quantity, money for all of it, and its id; a sale's amounts are both negative."""


class Lane(NamedTuple):
    """Steps of one lane, column by column, so that a million of them are no objects.

    Args:
        times_ns: Of each.
        quantities: Positive when bought, negative when sold; never 0.
        money: Of all of the quantity, fees included, with its sign.
        ids: Of each: the id that a lot from there has.
    """

    times_ns: list[int]
    quantities: list[int]
    money: list[int]
    ids: list[str]

    def add(self, step: Step) -> None:
        """Add one step."""
        time_ns, quantity, money, step_id = step
        self.times_ns.append(time_ns)
        self.quantities.append(quantity)
        self.money.append(money)
        self.ids.append(step_id)

    def step(self, at: int) -> Step:
        """Give the step at a position."""
        return self.times_ns[at], self.quantities[at], self.money[at], self.ids[at]

    def steps(self) -> Iterator[Step]:
        """Give the steps in the order they were added."""
        return zip(self.times_ns, self.quantities, self.money, self.ids, strict=True)

    def order(self) -> Sequence[int]:
        """Give the positions of the steps in the order that facts of their ids would have."""
        positions = range(len(self.times_ns))
        if is_rising(self.times_ns):
            return positions
        return by_time(positions, self._tie_key, self.times_ns.__getitem__)

    def _tie_key(self, at: int) -> Key:
        quantity = self.quantities[at]
        turn = TURN[Kind.BUY if quantity > 0 else Kind.SELL]
        return turn, natural(self.ids[at]), abs(quantity), abs(self.money[at])


class Ending(NamedTuple):
    """What a lane ends with.

    Args:
        gain_units: Proceeds less basis of all that was used up.
        lots: What is left, the oldest first: the steps of a lane that goes on from here.
    """

    gain_units: int
    lots: list[Step]


def ending_of(lane: Lane, order: Sequence[int]) -> Ending:
    """Find what a lane realised and what it left.

    Args:
        lane: Every step of it.
        order: In which its steps came, as :meth:`Lane.order` gives it.
    """
    lots = _left(lane, order)
    return Ending(sum(basis for _, _, basis, _ in lots) - sum(lane.money), lots)


def _left(lane: Lane, order: Sequence[int]) -> list[Step]:
    """Walk back over what was opened until it explains what is left."""
    quantities = [lane.quantities[at] for at in order]
    left = sum(quantities)
    side = 1 if left > 0 else -1
    left *= side
    lots: list[Step] = []
    turn = len(quantities)
    while left:
        turn -= 1
        opened = side * quantities[turn]
        if opened > 0:
            time_ns, _, money, lot_id = lane.step(order[turn])
            units = min(opened, left)
            if units == left:
                money = side * _basis_in_hand(quantities, side * money, turn, left, side)
            lots.append((time_ns, side * units, money, lot_id))
            left -= units
    return lots[::-1]


def _basis_in_hand(quantities: Sequence[int], money: int, turn: int, left: int, side: int) -> int:
    """Follow the money of the oldest lot left, through each step that used a part of it.

    Args:
        quantities: Of all steps, in their order.
        money: Of the step that opened it, and perhaps closed what was open on the other side.
        turn: Which step that was.
        left: How much of it is left at the end.
        side: 1 for a lot held, -1 for one owed; quantities come out positive by it.
    """
    whole = side * quantities[turn]
    closed = max(0, -side * sum(quantities[:turn]))
    held, basis = whole - closed, money - money * closed // whole
    for used in _last_uses(quantities[turn + 1 :], held - left, side):
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
