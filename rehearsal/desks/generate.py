"""A desk's days from its seed: events in order of time, both sides agreeing on every unit.

Kinds come from a shuffled deck, so that any stretch of history has all of them. One trade in four
is followed within a second by a fill like it. The last event before each cut-off falls seconds
before it, and at every cut-off the balances are stated. Events stream: memory is one of them, and
the books.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from msgspec import structs

from domain.clock import DAY_NS, SECOND_NS, day_bounds_ns, utc_day
from rehearsal.desks.books import TrueBooks
from rehearsal.desks.catalog import Shape, catalog
from rehearsal.desks.draw import Draw
from rehearsal.desks.events import DECK, TRADES_IN_DECK, Trading
from rehearsal.desks.lines import Event, Kind, Line

_LAST_NS = 5 * SECOND_NS
"""How close to a cut-off the last event of a day comes."""
_SOON_NS = (20_000_000, 900_000_000)
"""How soon a fill like the last one follows."""


def span_ns(shape: Shape) -> tuple[int, int]:
    """Give the half-open span [start, end) of a shape's days."""
    start_ns, _ = day_bounds_ns(shape.start_day)
    return start_ns, start_ns + shape.days * DAY_NS


def events(shape: Shape, books: TrueBooks | None = None) -> Iterator[Event]:
    """Let a desk's days happen.

    Args:
        shape: Seed and sizes.
        books: Kept up to date as events stream, for who wants to read them at the end.

    Yields:
        Events numbered from 0 in order of time, `shape.events` of them beside the statements of
        balances at every cut-off.
    """
    books = TrueBooks() if books is None else books
    draw = Draw(random.Random(f"{shape.seed}/events"), catalog(shape))
    trading = Trading()
    happen, cutoff_ns = _kinds(draw, trading), span_ns(shape)[0] + DAY_NS
    for instant_ns in _instants(draw.chance, shape):
        if instant_ns >= cutoff_ns:
            yield from _stated(draw, books, cutoff_ns)
            cutoff_ns += DAY_NS
        kind = next(happen)
        soon_ns = draw.time_ns + draw.chance.randrange(*_SOON_NS)
        is_soon = kind == trading.again and instant_ns < cutoff_ns - _LAST_NS
        draw.go(min(instant_ns, soon_ns) if is_soon else instant_ns)
        event = kind(draw)
        books.post(event.right)
        yield event
    yield from _stated(draw, books, cutoff_ns)


def _instants(chance: random.Random, shape: Shape) -> Iterator[int]:
    """Draw instants in order, as many a day; the last of each day just before its end."""
    start_ns, _ = span_ns(shape)
    base, more = divmod(shape.events, shape.days)
    for day in range(shape.days):
        count = base + (day < more)
        opens_ns, gap_ns = start_ns + day * DAY_NS, (DAY_NS - _LAST_NS) // count
        for place in range(count - 1):
            yield opens_ns + place * gap_ns + chance.randrange(gap_ns)
        yield opens_ns + DAY_NS - 1 - chance.randrange(_LAST_NS)


def _kinds(draw: Draw, trading: Trading) -> Iterator[Callable[[Draw], Event]]:
    """Deal kinds of events from one shuffled deck after another."""
    deck = [kind for kind, count in DECK for _ in range(count)] + [trading.trade] * TRADES_IN_DECK
    while True:
        draw.chance.shuffle(deck)
        for kind in deck:
            yield kind
            if kind == trading.trade and draw.chance.randrange(4) == 0:
                yield trading.again


def _stated(draw: Draw, books: TrueBooks, cutoff_ns: int) -> Iterator[Event]:
    """State every balance at a cut-off; both sides name it alike."""
    for account, asset, units in books.balances():
        draw.go(cutoff_ns - 1)
        key = f"balance:{utc_day(cutoff_ns - 1)}:{account}:{asset.name}"
        line = Line(f"{draw.fresh('b')}-0", draw.time_ns, account, asset, units, key, "balance")
        ours = structs.replace(line, id=f"j{draw.number}-0")
        yield Event(draw.number, Kind.BALANCE, draw.time_ns, (ours,), (line,))
