"""Trying the house's own reconciliation on desks whose truth is known, and grading anybody's.

What is drawn and how it is scored is the rehearsal's; here are the processes it runs in and the
scorecard it is told on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from domain.errors import InputRefused
from ops.rehearsing.desk_files import read_truth
from rehearsal.desks.score import Answer, Said, Score, score
from rehearsal.desks.trials import Trials, trials, tried

LEAST_ALONE, LEAST_PAIRS = 0.99, 0.95
"""Recall that is asked for, of every cause alone and of all pairs."""


def try_seeds(first: int, seeds: int, pairs: int, events: int, workers: int = 1) -> Trials:
    """Try clean desks, every cause alone and pairs of causes on so many seeds.

    Args:
        first: First seed.
        seeds: How many.
        pairs: Pairs of causes a seed.
        events: Of one desk; few are enough, since every kind comes in each deck.
        workers: Processes; the result does not depend on it.
    """
    total, one = Trials(), partial(_seed, pairs=pairs, events=events)
    every = range(first, first + seeds)
    if workers == 1:
        found: Iterable[Trials] = map(one, every)
        for part in found:
            total.join(part)
        return total
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:  # forking threads may hang
        for part in pool.map(one, every):
            total.join(part)
    return total


def _seed(seed: int, *, pairs: int, events: int) -> Trials:
    from domain.reconciliation.reconcile import reconcile

    done = Trials()
    for trial in trials(seed, pairs):
        done.add(trial, tried(trial, events, reconcile))
    return done


def scorecard(done: Trials) -> dict[str, Any]:
    """Tell trials as one object: recall and precision by cause, money and what went wrong."""
    return {
        "clean": {"desks": done.clean.reports, **_sums(done.clean)},
        "ways": {"desks": done.ways.reports, **_sums(done.ways)},
        "alone": {"desks": done.alone.reports, **_sums(done.alone), "causes": by_cause(done.alone)},
        "pairs": {"desks": done.pairs.reports, **_sums(done.pairs), "causes": by_cause(done.pairs)},
        "targets": targets(done),
        "wrong": [{"seed": one.seed, "causes": list(one.causes)} for one in done.wrong],
    }


def targets(done: Trials) -> dict[str, bool]:
    """Say which of the promises hold."""
    worst = min((one["recall"] for one in by_cause(done.alone).values()), default=1.0)
    return {
        "recall_alone": worst >= LEAST_ALONE,
        "recall_pairs": ratio(done.pairs.found, done.pairs.struck) >= LEAST_PAIRS,
        "no_false_resolve": not done.alone.false_resolves + done.pairs.false_resolves,
        "no_money_unexplained": not done.alone.unexplained_e6,
        "no_false_break_on_clean_desks": not done.clean.told.total() + done.ways.told.total(),
    }


def _sums(found: Score) -> dict[str, Any]:
    return {
        "recall": ratio(found.found, found.struck),
        "precision": ratio(found.right, found.told),
        "matches": found.matches,
        "suggestions": found.suggestions,
        "false_matches": found.false_matches,
        "false_resolves": found.false_resolves,
        "unexplained_e6": str(round(found.unexplained_e6)),
    }


def by_cause(found: Score) -> dict[str, dict[str, Any]]:
    """Tell recall and precision of every cause that was struck or told."""
    return {
        cause: {
            "struck": found.struck[cause],
            "recall": _share(found.found[cause], found.struck[cause]),
            "told": found.told[cause],
            "precision": _share(found.right[cause], found.told[cause]),
        }
        for cause in sorted({*found.struck, *found.told})
    }


def ratio(part: Counter[str], whole: Counter[str]) -> float:
    """Give a share over all causes; nothing of nothing is all of it."""
    return _share(part.total(), whole.total())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def grade(folder: Path, report: Path) -> dict[str, Any]:
    """Hold a report on a written desk against its truth.

    Args:
        folder: As `rehearse desk` wrote it.
        report: JSON with ``matched``, ``suggested`` and ``breaks``, as `reconcile --json` prints.

    Raises:
        InputRefused: Either is not what it should be.
    """
    found = score(_answer(report), read_truth(folder))
    return {**_sums(found), "causes": by_cause(found)}


def _answer(path: Path) -> Answer:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Answer(
            [
                Said(one["cause"], _names(one), one["asset"], int(one["amount"] or 0))
                for one in said["breaks"]
            ],
            [_names(one) for one in said["matched"]],
            [_names(one) for one in said["suggested"]],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputRefused(
            f"give a report with matched, suggested and breaks as JSON: {error}", file=path
        ) from error


def _names(said: dict[str, Any]) -> frozenset[str]:
    left = (f"left:{one}" for one in said["left_ids"])
    return frozenset([*left, *(f"right:{one}" for one in said["right_ids"])])
