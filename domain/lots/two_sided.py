"""FIFO where selling more than is held opens a short: a lane is long or short, never both.

What stands behind a step is the caller's: a fact of the books, or the id of an entry. Steps come in
their order and are of one lane; fees are in their money. Lanes of facts are `lanes.py`'s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from domain.lots.order import TURN, Key, by_time, is_rising, natural
from domain.lots.types import Kind

Who = TypeVar("Who")
Step = tuple[int, int, int, Who]
"""Time, quantity, money for all of it, and what stands behind it; a sale's are both negative."""
Part = tuple[Who, Who, int, int, int]
"""A lot, what used it up, quantity, proceeds and basis."""


class Lane(NamedTuple, Generic[Who]):
    """Steps of one lane in any order, column by column, so that a million of them are no objects.

    Args:
        times_ns: Of each.
        quantities: Positive when bought, negative when sold; never 0.
        money: Of all of the quantity, with its sign.
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

    def in_turn(self, id_of: Callable[[Who], str]) -> Iterable[Step[Who]]:
        """Give the steps in the order that facts of these ids would have."""
        if is_rising(self.times_ns):
            return self.steps()
        order = sorted(range(len(self.times_ns)), key=self.times_ns.__getitem__)
        if is_rising(map(self.times_ns.__getitem__, order)):
            return self._picked(order).steps()
        return by_time(self.steps(), partial(_tie_key, id_of), itemgetter(0))

    def _picked(self, order: Sequence[int]) -> Lane[Who]:
        return Lane(
            [self.times_ns[at] for at in order],
            [self.quantities[at] for at in order],
            [self.money[at] for at in order],
            [self.behind[at] for at in order],
        )


def _tie_key(id_of: Callable[[Who], str], step: Step[Who]) -> Key:
    _, quantity, money, behind = step
    turn = TURN[Kind.BUY if quantity > 0 else Kind.SELL]
    return turn, natural(id_of(behind)), abs(quantity), abs(money)


class Held(NamedTuple, Generic[Who]):
    """What a lane ends with.

    Args:
        gain_units: Proceeds less basis of all that was used up.
        lots: Step, quantity and money left of each, the oldest first; of a short both negative.
    """

    gain_units: int
    lots: list[tuple[Step[Who], int, int]]


def run_both(steps: Iterable[Step[Who]], parts: list[Part[Who]] | None = None) -> Held[Who]:
    """Match a lane, each step against the oldest lot of the other side.

    Args:
        steps: In order.
        parts: Where to write what was used up, if anybody wants to know.
    """
    is_long, gain = True, 0
    write = None if parts is None else parts.append
    waiting: deque[Step[Who]] = deque()
    arrive, come = waiting.append, waiting.popleft
    lot, held, basis = None, 0, 0
    for step in steps:
        _, whole, money, who = step
        is_buy = whole > 0
        if lot is not None and is_buy is is_long:
            arrive(step)
            continue
        if not is_buy:
            whole, money = -whole, -money
        quantity, given = whole, 0
        while lot is not None and quantity >= held:
            quantity -= held
            due = money * (whole - quantity) // whole
            got, paid = (due - given, basis) if is_long else (basis, due - given)
            gain += got - paid
            if write:
                write((lot[3], who, held, got, paid))
            given = due
            lot = come() if waiting else None
            if lot is not None:
                held, basis = (lot[1], lot[2]) if is_long else (-lot[1], -lot[2])
        if quantity and lot is not None:
            share, rest = basis * quantity // held, money - given
            held -= quantity
            basis -= share
            got, paid = (rest, share) if is_long else (share, rest)
            gain += got - paid
            if write:
                write((lot[3], who, quantity, got, paid))
        elif quantity:
            is_long = is_buy
            lot, held, basis = step, quantity, money - given
    sign = 1 if is_long else -1
    in_hand = [] if lot is None else [(lot, sign * held, sign * basis)]
    return Held(gain, [*in_hand, *((one, one[1], one[2]) for one in waiting)])
