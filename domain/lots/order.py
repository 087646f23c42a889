"""The one order of facts: by time, and within one instant the same whatever order they came in.

At one instant acquisitions come first, then moves between wallets, then disposals, so that nothing
is missing that arrived in time; among equals the id decides, numbers in it counted as numbers.
Facts that agree even in that are told apart by their content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from domain.lots.types import Fact, Kind

_DIGITS = re.compile(r"([0-9]+)")
_FIRST, _SECOND, _THIRD, _LAST = range(4)
TURN = {
    Kind.BUY: _FIRST,
    Kind.TRANSFER_OUT: _SECOND,
    Kind.TRANSFER_IN: _SECOND,
    Kind.WRAP_OUT: _SECOND,
    Kind.WRAP_IN: _SECOND,
    Kind.SELL: _THIRD,
    Kind.FEE: _LAST,
}
"""Who comes first at one instant."""


Step = TypeVar("Step")
Key = tuple[Any, ...]
_time_of: Callable[[Any], int] = attrgetter("time_ns")


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Put facts in their one order; facts in strictly rising time cost no more than a look."""
    given = list(facts)
    rest = iter(given)
    latest_ns = next(rest).time_ns if given else 0
    for fact in rest:  # written out: half of what asking each for its time by a function costs
        time_ns = fact.time_ns
        if time_ns <= latest_ns:
            return by_time(given, tie_key)
        latest_ns = time_ns
    return given


def by_time(
    steps: Iterable[Step], key: Callable[[Step], Key], time_of: Callable[[Step], int] = _time_of
) -> list[Step]:
    """Order anything that has a time, asking for its key only where an instant is shared."""
    given = list(steps)
    if is_rising(map(time_of, given)):
        return given
    given.sort(key=time_of)
    if is_rising(map(time_of, given)):
        return given
    return list(_settled(given, key, time_of))


def is_rising(times_ns: Iterable[int]) -> bool:
    """Ask whether each instant is after the one before it."""
    rest = iter(times_ns)
    latest_ns = next(rest, 0)
    for time_ns in rest:
        if time_ns <= latest_ns:
            return False
        latest_ns = time_ns
    return True


def _settled(
    ordered: list[Step], key: Callable[[Step], Key], time_of: Callable[[Step], int]
) -> Iterator[Step]:
    for _, sharing in groupby(ordered, key=time_of):
        instant = list(sharing)
        yield from sorted(instant, key=key) if len(instant) > 1 else instant


def tie_key(fact: Fact) -> Key:
    """Rank a fact among those of its instant."""
    return (
        TURN[fact.kind],
        natural(fact.id),
        fact.kind.value,
        fact.asset,
        fact.wallet,
        fact.quantity_units,
        fact.value_units,
        fact.fee_units,
        fact.price_units,
        fact.picks,
    )


def natural(text: str) -> Key:
    """Order ids as a person does, ``t9`` before ``t10``; the text tells ``01`` from ``1``."""
    parts = enumerate(_DIGITS.split(text))
    return tuple(_number(part) if place % 2 else part for place, part in parts), text


def _number(digits: str) -> Key:
    bare = digits.lstrip("0")
    return len(bare), bare
