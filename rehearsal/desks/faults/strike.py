"""Planning faults over a desk, and striking them while its events stream by.

A plan is a list of strokes: one or two causes that share an event, each wanted from a certain event
on and struck at the first event that can bear it. What a source's silence swallows is added to its
fault as it happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import structs

from domain.errors import InputRefused
from rehearsal.desks.catalog import Shape
from rehearsal.desks.faults.comparison import without
from rehearsal.desks.faults.hand import Fault, Hand, left_name, names
from rehearsal.desks.faults.table import INJECTORS
from rehearsal.desks.lines import Event

_LATEST_START = 0.4
"""Where in the history a fault is wanted at the latest; what can bear it may be a deck away."""

BLINDING = frozenset({"SOURCE_FAILURE", "SHARED_SOURCE"})
"""They hide whatever else is wrong with an account, so they choose theirs before others strike."""


class Stroke(NamedTuple):
    """Causes that strike one event, the first that bears them all from a number on."""

    causes: tuple[str, ...]
    start: int


def plan(shape: Shape, hand: Hand, strokes: Iterable[Sequence[str]]) -> list[Stroke]:
    """Choose from which event on each stroke is wanted.

    Args:
        shape: The desk.
        hand: Its chance decides.
        strokes: Causes that share an event, together.

    Raises:
        InputRefused: A cause is not in the taxonomy.
    """
    wanted = [tuple(causes) for causes in strokes]
    for cause in (cause for causes in wanted for cause in causes):
        if cause not in INJECTORS:
            raise InputRefused("name causes of the taxonomy", got=cause, known=", ".join(INJECTORS))
    latest = max(1, int(shape.events * _LATEST_START))
    return [
        Stroke(causes, 0 if BLINDING & set(causes) else hand.chance.randrange(latest))
        for causes in wanted
    ]


class Striker:
    """Strikes the strokes of a plan, and remembers what it broke.

    Args:
        hand: What the injectors draw from.
        strokes: What is to be struck.
    """

    def __init__(self, hand: Hand, strokes: Iterable[Stroke]) -> None:
        self._hand = hand
        self._waiting = list(strokes)
        self._silence: Fault | None = None
        self.faults: list[Fault] = []

    @property
    def missed(self) -> list[Stroke]:
        """Strokes that no event has borne so far."""
        return list(self._waiting)

    def strike(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on, broken where the plan says so."""
        for event in events:
            told = self._silenced(event)
            due = [one for one in self._waiting if one.start <= event.number]
            for stroke in due:
                after = self._struck(told, stroke)
                if after is not None:
                    self._waiting.remove(stroke)
                    told = after
                    break
            yield told

    def _struck(self, event: Event, stroke: Stroke) -> Event | None:
        """Break an event by every cause of a stroke, or by none."""
        if self._hand.blind & _accounts(event):
            return None
        found: list[Fault] = []
        for cause in stroke.causes:
            broken = INJECTORS[cause].apply(event, self._hand)
            if broken is None:
                return None
            event = broken.event
            found.append(broken.fault)
        self._remember(event, found)
        return event

    def _remember(self, event: Event, found: list[Fault]) -> None:
        self._hand.struck |= _accounts(event)
        self.faults += found
        silenced = [fault for fault in found if fault.cause == "SOURCE_FAILURE"]
        self._silence = silenced[0] if silenced else self._silence

    def _silenced(self, event: Event) -> Event:
        """Take from an event what a failed source does not say, and add it to that fault."""
        fault, failed = self._silence, self._hand.failed
        if fault is None or not fault.event < event.number <= self._hand.silent_until:
            return event
        right = without(event.right, failed)
        if len(right) == len(event.right):
            return event
        lost = tuple((left_name(line),) for line in event.left if line.account in failed)
        place = self.faults.index(fault)
        self._silence = structs.replace(
            fault, needs=(*fault.needs, *lost), about=(*fault.about, *names(event))
        )
        self.faults[place] = self._silence
        return structs.replace(event, right=tuple(right))


def _accounts(event: Event) -> set[str]:
    return {line.account for line in (*event.left, *event.right)}
