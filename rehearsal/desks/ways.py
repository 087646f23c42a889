"""Two sides that tell one truth otherwise, although nothing is wrong: in parts, rounded, unnamed.

A deposit is one line here and several there, and only ours has a key; the venue rounds funding by a
few units, within what both agreed to tolerate; some trades it tells by their time alone, and some
in several lines that are all alike, as we do. Differences that fall to one side every time are a
leak, however small each is.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import structs

from domain.reconciliation.rules import Rules
from rehearsal.desks.catalog import Catalog
from rehearsal.desks.lines import Event, Kind, Line

MOST_UNITS = 5
"""What the venue may round by: millionths of a dollar, the base unit of its quote."""
_PARTS = (2, 4)


class Ways:
    """How the other side tells some events.

    Args:
        seed: Of the cuts and of the rounding.
        leans: Whether it rounds its own way every time.
    """

    def __init__(self, seed: int, *, leans: bool = False) -> None:
        self._chance = random.Random(f"{seed}/ways")
        self._trades = random.Random(f"{seed}/ways/trades")
        self._leans = leans
        self.gap_units: dict[str, int] = {}

    def told(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on, deposits in parts, funding rounded, and some trades without a key.

        `gap_units` is complete at the end: asset -> what the roundings sum to.
        """
        for event in events:
            if event.kind is Kind.DEPOSIT and event.left and event.right:
                yield self._in_parts(event)
            elif event.kind is Kind.FUNDING and event.left and event.right:
                yield self._rounded(event)
            elif event.kind is Kind.TRADE and event.left and event.right:
                yield self._trades.choice((_unnamed, _halved, _as_it_is))(event)
            else:
                yield event

    def _in_parts(self, event: Event) -> Event:
        whole = structs.replace(event.right[0], ref="")
        count = self._chance.randrange(*_PARTS)
        cuts = sorted(self._chance.sample(range(1, whole.units), count - 1))
        ends = [0, *cuts, whole.units]
        name, _, leg = whole.id.rpartition("-")
        parts = tuple(
            structs.replace(whole, id=f"{name}p{place}-{leg}", units=end - start)
            for place, (start, end) in enumerate(pairwise(ends))
        )
        own = structs.replace(event.left[0], id=f"j{event.number}-{leg}", ref=f"ours{event.number}")
        return structs.replace(event, left=(own,), right=parts)

    def _rounded(self, event: Event) -> Event:
        size = self._chance.randrange(1, MOST_UNITS + 1)
        by = size if self._leans or self._chance.randrange(2) else -size
        line: Line = event.right[0]
        name = line.asset.name
        self.gap_units[name] = self.gap_units.get(name, 0) + by
        return structs.replace(event, right=(structs.replace(line, units=line.units + by),))


def _as_it_is(event: Event) -> Event:
    return event


def _unnamed(event: Event) -> Event:
    """Tell a trade by its time, which both sides have of one clock; only ours has a key then."""
    if not all(line.ref for line in event.left):
        return event
    right = tuple(
        structs.replace(line, ref="", order="", time_ns=event.left[0].time_ns)
        for line in event.right
    )
    return structs.replace(event, right=right)


def _halved(event: Event) -> Event:
    """Tell each leg of a trade twice by half, where it has halves, under one key on both sides."""
    lines = (*event.left, *event.right)
    if any(line.units % 2 or line.fee_units % 2 for line in lines):
        return event
    return structs.replace(event, left=_halves(event.left), right=_halves(event.right))


def _halves(lines: Iterable[Line]) -> tuple[Line, ...]:
    halves: list[Line] = []
    for line in lines:
        name, _, leg = line.id.rpartition("-")
        half = structs.replace(line, units=line.units // 2, fee_units=line.fee_units // 2)
        halves += [structs.replace(half, id=f"{name}{part}-{leg}") for part in "ab"]
    return tuple(halves)


def with_ways(rules: Rules, catalog: Catalog, *, budget_units: int | None = None) -> Rules:
    """Add what a reader tolerates of roundings, and what they may sum to."""
    quotes = [venue.quote.name for venue in catalog.venues]
    budget = {} if budget_units is None else dict.fromkeys(quotes, budget_units)
    return structs.replace(
        rules,
        tolerance_units=dict.fromkeys(quotes, MOST_UNITS),
        budget_units=budget,
        bias_odds=10**9,
    )
