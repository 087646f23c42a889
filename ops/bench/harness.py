"""What every bench shares: the machine, alternating rounds, medians, and targets said plainly."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Numbers = dict[str, float]
"""What one case of one round found, by name; units in the names."""
Case = Callable[[], Numbers]


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be, and what it was.

    Args:
        name: Of the figure, with its unit as the last word.
        measured: Median of the rounds.
        bound: The figure must be at most this, or at least this when `at_least`.
    """

    name: str
    measured: float
    bound: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of its bound; at the bound counts as met."""
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    def row(self) -> dict[str, object]:
        """Give the target as one row of a report."""
        return {
            "target": self.name,
            "measured": rounded(self.measured),
            "bound": f"{'at least' if self.at_least else 'at most'} {self.bound:g}",
            "met": self.is_met,
        }


def interleaved(
    cases: Mapping[str, Case], rounds: int, told: Callable[[str], None] = lambda _: None
) -> dict[str, list[Numbers]]:
    """Run every case once a round, for so many rounds; odd rounds run backwards.

    Args:
        cases: By name; each runs once a round.
        rounds: How many.
        told: Hears what is about to run.

    Returns:
        Per case its numbers, in the order of the rounds.
    """
    found: dict[str, list[Numbers]] = {name: [] for name in cases}
    for number in range(rounds):
        names = list(cases)[:: 1 if number % 2 == 0 else -1]
        for name in names:
            told(f"round {number + 1} of {rounds}: {name}")
            found[name].append(cases[name]())
    return found


def medians(rounds: Sequence[Numbers]) -> Numbers:
    """Give the median of each number over the rounds that found it."""
    names = {name: None for one in rounds for name in one}
    return {name: statistics.median(one[name] for one in rounds if name in one) for name in names}


def rounded(number: float) -> float:
    """Cut a figure to four significant digits: more would claim what no busy machine can hold."""
    return float(f"{number:.4g}")


def readable(numbers: Numbers) -> Numbers:
    """Round what a case found, name by name, as :func:`rounded` does."""
    return {name: rounded(number) for name, number in numbers.items()}


def machine() -> dict[str, object]:
    """Describe the machine and how busy it is now."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_1_min": rounded(os.getloadavg()[0]),
    }


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
