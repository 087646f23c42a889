"""Which few causes make up a difference exactly: the smallest set whose effects sum to it.

A hypothesis is a cause with an effect to the unit. Fewer are better (parsimony); a set that leaves
a unit over is no explanation; two sets equally small are none either, for choosing between them
would be guessing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from domain.reconciliation.causes import Cause

MOST = 4
"""Causes that may act together; five unknown mistakes in one number explain any number."""
POOL = 40
"""Hypotheses weighed at once: 40 give 91,390 sets of four."""


class Hypothesis(NamedTuple):
    """What might have happened, and what it would do to external minus internal."""

    cause: Cause
    effect_units: int
    words: str
    evidence: str = ""


class Explanation(NamedTuple):
    """How a difference comes about.

    Args:
        parts: The hypotheses that act, empty when there is no answer.
        rivals: Other sets just as small; an explanation with rivals is refused.
    """

    parts: tuple[Hypothesis, ...]
    rivals: int = 0

    @property
    def holds(self) -> bool:
        """Whether there is one smallest set and only one."""
        return bool(self.parts) and not self.rivals


def explain(amount_units: int, hypotheses: Iterable[Hypothesis], most: int = MOST) -> Explanation:
    """Find the smallest set of hypotheses whose joint effect is exactly the amount.

    Args:
        amount_units: External minus internal, not 0.
        hypotheses: In any order; those without effect and repetitions do not count.
        most: How many may act together.

    Returns:
        The set; without parts when there is none. With rivals it must not be acted on.
    """
    pool = sorted({one for one in hypotheses if one.effect_units})
    if len(pool) > POOL:
        most = min(most, 2)
    for size in range(1, most + 1):
        found = list(_summing(amount_units, pool, size))
        if found:
            return Explanation(found[0], len(found) - 1)
    return Explanation(())


def _summing(
    amount_units: int, pool: Sequence[Hypothesis], size: int
) -> Iterator[tuple[Hypothesis, ...]]:
    """Give the sets of a size; the last member is looked up, not tried."""
    by_effect: dict[int, list[int]] = {}
    for position, one in enumerate(pool):
        by_effect.setdefault(one.effect_units, []).append(position)
    for chosen in combinations(range(len(pool)), size - 1):
        rest = amount_units - sum(pool[one].effect_units for one in chosen)
        for last in by_effect.get(rest, ()):
            if not chosen or last > chosen[-1]:
                yield tuple(pool[one] for one in (*chosen, last))
