"""FIFO where selling more than is held opens a short: a lane is long or short, never both.

What stands behind a step is the caller's: a fact of the books, or the id of an entry. Steps come in
their order and are of one lane; fees are in their money. Lanes of facts are `lanes.py`'s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from domain.lots.order import TURN, Key, by_time, natural
from domain.lots.types import Kind

Who = TypeVar("Who")
Step = tuple[int, bool, int, int, Who]
"""Time, whether it buys, positive quantity, money for all of it, and what stands behind it."""
Part = tuple[Who, Who, int, int, int]
"""A lot, what used it up, quantity, proceeds and basis."""


class Held(NamedTuple, Generic[Who]):
    """What a lane ends with.

    Args:
        gain_units: Proceeds less basis of all that was used up.
        lots: Step, quantity left and money left of each, the oldest first; all positive.
        is_short: Whether the steps that opened them sold.
    """

    gain_units: int
    lots: list[tuple[Step[Who], int, int]]
    is_short: bool


def in_turn(steps: Iterable[Step[Who]], id_of: Callable[[Who], str]) -> list[Step[Who]]:
    """Put steps in the order that facts of these ids would have."""

    def tie_key(step: Step[Who]) -> Key:
        turn = TURN[Kind.BUY if step[1] else Kind.SELL]
        return turn, natural(id_of(step[4])), step[2], step[3]

    return by_time(steps, tie_key, itemgetter(0))


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
        _, is_buy, whole, money, who = step
        if is_buy is is_long:
            if lot is None:
                lot, held, basis = step, whole, money
            else:
                arrive(step)
            continue
        quantity, given = whole, 0
        while lot is not None and quantity >= held:
            quantity -= held
            due = money * (whole - quantity) // whole
            got, paid = (due - given, basis) if is_long else (basis, due - given)
            gain += got - paid
            if write:
                write((lot[4], who, held, got, paid))
            given = due
            lot = come() if waiting else None
            if lot is not None:
                held, basis = lot[2], lot[3]
        if quantity and lot is not None:
            share, rest = basis * quantity // held, money - given
            held -= quantity
            basis -= share
            got, paid = (rest, share) if is_long else (share, rest)
            gain += got - paid
            if write:
                write((lot[4], who, quantity, got, paid))
        elif quantity:
            is_long = is_buy
            lot, held, basis = step, quantity, money - given
    in_hand = [] if lot is None else [(lot, held, basis)]
    return Held(gain, [*in_hand, *((one, one[2], one[3]) for one in waiting)], not is_long)
