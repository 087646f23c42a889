"""Trying a reconciliation on many broken desks: clean, each cause alone, and causes in pairs.

A pair shares one event where both can be told from it, every other time; else its faults strike
near each other. Pairs rotate with the seed, so that enough seeds try them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import msgspec

from domain.errors import InputRefused
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Match, Report, Row
from rehearsal.desks.catalog import Shape, catalog
from rehearsal.desks.desk import BrokenDesk
from rehearsal.desks.faults.table import INJECTORS, may_share
from rehearsal.desks.lines import Event
from rehearsal.desks.rows import rows_of, rules_of
from rehearsal.desks.score import Answer, Said, Score, Truth, partners_of, score
from rehearsal.desks.ways import Ways, with_ways

Reconcile = Callable[[Sequence[Row], Sequence[Row], Rules], Report]
PAIRS: tuple[tuple[str, str], ...] = tuple(combinations(INJECTORS, 2))
WAYS = "ways"
GROUPS = ("clean", WAYS, "alone", "pairs")
_PRIME = 331
"""Steps through the pairs so that one seed's are of many causes; it divides no count of them."""


class Trial(NamedTuple):
    """One desk to try on.

    Args:
        group: ``clean``, ``ways`` (told otherwise, and nothing broken), ``alone`` or ``pairs``.
        causes: What is broken in it.
    """

    seed: int
    group: str
    causes: tuple[str, ...]


class Trials(msgspec.Struct):
    """Scores by group, and the trials that went wrong."""

    clean: Score = msgspec.field(default_factory=Score)
    ways: Score = msgspec.field(default_factory=Score)
    alone: Score = msgspec.field(default_factory=Score)
    pairs: Score = msgspec.field(default_factory=Score)
    wrong: list[Trial] = msgspec.field(default_factory=list)

    def add(self, trial: Trial, found: Score) -> None:
        """Count one trial."""
        getattr(self, trial.group).add(found)
        is_clean = found.found == found.struck and found.right == found.told
        if not is_clean or found.false_matches or found.false_resolves or found.unexplained_e6:
            self.wrong.append(trial)

    def join(self, other: Trials) -> None:
        """Count what another process tried."""
        for group in GROUPS:
            getattr(self, group).add(getattr(other, group))
        self.wrong += other.wrong


def trials(seed: int, pairs: int) -> Iterator[Trial]:
    """List what is tried on one seed: nothing broken, each cause, and so many pairs."""
    yield Trial(seed, "clean", ())
    yield Trial(seed, WAYS, ())
    for cause in INJECTORS:
        yield Trial(seed, "alone", (cause,))
    for place in range(pairs):
        yield Trial(seed, "pairs", PAIRS[(seed * pairs + place) * _PRIME % len(PAIRS)])


def tried(trial: Trial, events: int, reconcile: Reconcile) -> Score:
    """Break one desk, have it reconciled, and score the report."""
    desk, told = broken_desk(trial, events)
    rules = rules_of(desk.hand)
    if trial.group == WAYS:
        told, rules = list(Ways(trial.seed).told(told)), with_ways(rules, desk.hand.catalog)
    left = rows_of(line for event in told for line in event.left)
    right = rows_of(line for event in told for line in event.right)
    report = reconcile(left, right, rules)
    truth = Truth(desk.faults, dict(partners_of(told)), prices_e6(desk.shape))
    return score(answer_of(report), truth)


def broken_desk(trial: Trial, events: int) -> tuple[BrokenDesk, list[Event]]:
    """Generate the desk of a trial, with more events where it has none for its faults.

    Returns:
        The desk, read to its end, and its events.
    """
    shape = Shape(trial.seed, events=events)
    for strokes in _strokes(trial):
        for times in (1, 3, 9):
            desk = BrokenDesk(msgspec.structs.replace(shape, events=events * times), strokes)
            try:
                return desk, list(desk.events())
            except InputRefused:
                continue
    raise InputRefused("no desk bears these faults", seed=trial.seed, causes=trial.causes)


def _strokes(trial: Trial) -> Iterator[list[tuple[str, ...]]]:
    if len(trial.causes) == 2 and trial.seed % 2 == 0 and may_share(*trial.causes):  # noqa: PLR2004
        yield [trial.causes]
    yield [(cause,) for cause in trial.causes]


def prices_e6(shape: Shape) -> dict[str, Fraction]:
    """Give what one base unit of each asset is worth when the desk opens."""
    return {
        asset.name: Fraction(asset.price_e6, 10**asset.decimals)
        for asset in catalog(shape).assets()
    }


def answer_of(report: Report) -> Answer:
    """Read the house's own report as anybody's."""
    return Answer(
        [
            Said(str(one.cause), _names(one.left_ids, one.right_ids), one.asset, one.amount_units)
            for one in report.breaks
        ],
        _matches(report.matched),
        _matches(report.suggested),
    )


def _matches(found: Iterable[Match]) -> list[frozenset[str]]:
    return [_names(one.left_ids, one.right_ids) for one in found]


def _names(left_ids: Iterable[str], right_ids: Iterable[str]) -> frozenset[str]:
    return frozenset([*(f"left:{one}" for one in left_ids), *(f"right:{one}" for one in right_ids)])
