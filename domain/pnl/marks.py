"""What a whole unit of something was worth at an instant, by one named policy.

A step function: the last mark at or before the instant. Before the day's first mark the opening
mark holds: the one carried from the previous close, or else the first observed, and which of the
two it is is said. The book currency is worth 1 by definition. What was never marked has no worth
here: None.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from domain.desk import BOOK_CURRENCY
from domain.money import BOOK_MARK_E6
from domain.pnl.types import Flip, Mark

CARRIED = "carried"
FIRST_OBSERVED = "first_observed"


class _Steps(msgspec.Struct, frozen=True):
    times_ns: list[int]
    marks_e6: list[int]


class MarkBook(msgspec.Struct, frozen=True):
    """Marks of one policy, arranged for look-up; build it with :meth:`of`.

    Args:
        left: Marks of another policy that the previous close ended with; the day opens at marks of
            its own instead, and the difference is a revaluation.
        flips: Changes of the side that is marked at, where the policy has sides (`sides.py`).
    """

    policy: str
    steps: dict[str, _Steps]
    openings: dict[str, tuple[int, str]]
    left: dict[str, int] = {}
    flips: dict[str, tuple[Flip, ...]] = {}

    @classmethod
    def of(
        cls,
        marks: Iterable[Mark],
        *,
        start_ns: int = 0,
        carried: Mapping[str, int] | None = None,
        policy: str = "cex_mid",
        carried_policy: str = "",
        flips: Mapping[str, tuple[Flip, ...]] | None = None,
    ) -> MarkBook:
        """Arrange marks.

        Args:
            marks: In any order; other policies' marks are left out, and so are those before
                `start_ns`, of which the last is what an opening may be carried from.
            start_ns: Where the day starts.
            carried: Underlying -> closing mark of the previous close; wins over anything observed
                before the day.
            policy: Which way of marking; its name is stored with every number.
            carried_policy: Of the carried marks; the same unless given.
            flips: Changes of side among the marks.
        """
        is_same = carried_policy in ("", policy)
        brought = dict(carried or {})
        ordered = sorted({mark for mark in marks if mark.policy == policy})
        before = {mark.underlying: mark.mark_e6 for mark in ordered if mark.at_ns < start_ns}
        steps = _steps_of(mark for mark in ordered if mark.at_ns >= start_ns)
        openings = {name: (step.marks_e6[0], FIRST_OBSERVED) for name, step in steps.items()}
        openings |= {name: (e6, CARRIED) for name, e6 in before.items()}
        openings |= {name: (e6, CARRIED) for name, e6 in brought.items() if is_same}
        openings[BOOK_CURRENCY] = (BOOK_MARK_E6, "definition")
        left = {} if is_same else brought
        return cls(
            policy=policy, steps=steps, openings=openings, left=left, flips=dict(flips or {})
        )

    def before(self) -> MarkBook:
        """Give the marks the day before ended with: what the day's equity opens at."""
        if not self.left:
            return self
        left = {name: (mark_e6, CARRIED) for name, mark_e6 in self.left.items()}
        return MarkBook(self.policy, {}, {**left, BOOK_CURRENCY: (BOOK_MARK_E6, "definition")})

    def opening(self, underlying: str) -> int | None:
        """Give the mark the day opens with, or None if there is none."""
        known = self.openings.get(underlying)
        return known[0] if known else None

    def at(self, underlying: str, ns: int) -> int | None:
        """Give the mark in force at an instant, in millionths, or None if never marked."""
        if underlying == BOOK_CURRENCY:
            return BOOK_MARK_E6
        step = self.steps.get(underlying)
        position = bisect_right(step.times_ns, ns) if step else 0
        if step is None or position == 0:
            return self.opening(underlying)
        return step.marks_e6[position - 1]

    def weighed(self, underlying: str, times_ns: Sequence[int], units: Sequence[int]) -> int | None:
        """Sum units, each times the mark in force at its instant; None if never marked.

        Between two marks nothing changes its worth, so units are summed first and valued once.

        Args:
            underlying: Of the units.
            times_ns: Of each, none before the one before it.
            units: Signed.
        """
        opening_e6 = self.opening(underlying)
        if opening_e6 is None:
            return None
        step = None if underlying == BOOK_CURRENCY else self.steps.get(underlying)
        turns_ns, marks_e6 = (step.times_ns, step.marks_e6) if step else ([], [])
        total, start, end = 0, 0, len(times_ns)
        while start < end:
            turn = bisect_right(turns_ns, times_ns[start])
            mark_e6 = marks_e6[turn - 1] if turn else opening_e6
            until = bisect_left(times_ns, turns_ns[turn], start) if turn < len(turns_ns) else end
            total += mark_e6 * sum(units[start:until])
            start = until
        return total


def _steps_of(ordered: Iterable[Mark]) -> dict[str, _Steps]:
    steps: dict[str, _Steps] = {}
    for mark in ordered:
        step = steps.setdefault(mark.underlying, _Steps([], []))
        step.times_ns.append(mark.at_ns)
        step.marks_e6.append(mark.mark_e6)
    return steps
