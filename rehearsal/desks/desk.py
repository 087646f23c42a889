"""A broken desk as a whole: its two sides streaming by, and the faults in them.

Reading the stream to its end is what makes the faults, the rules and the true books complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.errors import InputRefused
from rehearsal.desks.books import TrueBooks
from rehearsal.desks.catalog import Shape
from rehearsal.desks.faults.hand import Fault, Hand
from rehearsal.desks.faults.strike import Striker, plan
from rehearsal.desks.generate import events
from rehearsal.desks.lines import Event


class BrokenDesk:
    """A desk and what is to be broken in it.

    Args:
        shape: Seed and sizes.
        strokes: Groups of causes; those of one group strike one event.
        seed: Of the breaking.

    Raises:
        InputRefused: A cause is not in the taxonomy.
    """

    def __init__(self, shape: Shape, strokes: Sequence[Sequence[str]] = (), seed: str = "") -> None:
        self.shape = shape
        self.books = TrueBooks()
        self.hand = Hand(shape, f"faults/{seed}")
        self._striker = Striker(self.hand, plan(shape, self.hand, strokes))

    def events(self) -> Iterator[Event]:
        """Let the days happen, once.

        Raises:
            InputRefused: The desk ended before some fault found an event that could bear it.
        """
        yield from self._striker.strike(events(self.shape, self.books))
        if self._striker.missed:
            missed = ", ".join(" and ".join(one.causes) for one in self._striker.missed)
            raise InputRefused(
                "no event of this desk can bear these faults; give it more events or another seed",
                faults=missed,
                seed=self.shape.seed,
            )

    @property
    def faults(self) -> list[Fault]:
        """What was broken so far."""
        return self._striker.faults
