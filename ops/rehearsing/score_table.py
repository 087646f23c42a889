"""The scorecard of a reconciliation, drawn for a terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from ops.paper import Paper, table

_GROUPS = ("clean", "ways", "alone", "pairs")


def print_scorecard(told: dict[str, Any]) -> None:
    """Print a scorecard (`grading.scorecard`): sums, causes, targets, what went wrong."""
    paper = Paper(width=110)
    paper.print(_sums(told))
    paper.print(_causes(told))
    for name, holds in told["targets"].items():
        paper.print(f"{name.replace('_', ' ')}: {'holds' if holds else 'MISSED'}")
    for one in told["wrong"][:10]:
        paper.print(f"seed {one['seed']}: {' and '.join(one['causes']) or 'nothing broken'}")
    if len(told["wrong"]) > 10:  # noqa: PLR2004 (a screenful)
        paper.print(f"and {len(told['wrong']) - 10} more trials; --json lists them all")


def _sums(told: dict[str, Any]) -> Table:
    tried = [group for group in _GROUPS if told[group]["desks"]]
    rows = [
        (name.replace("_", " "), *(_number(told[group][name]) for group in tried))
        for name in told["clean"]
    ]
    return table(("", *tried), rows)


def _causes(told: dict[str, Any]) -> Table:
    alone, pairs = told["alone"]["causes"], told["pairs"]["causes"]
    rows = [(cause, *_shares(cause, alone, pairs)) for cause in sorted({*alone, *pairs})]
    return table(("cause", "recall alone", "precision", "recall in pairs", "precision"), rows)


def _shares(cause: str, *groups: dict[str, Any]) -> list[str]:
    return [
        _number(group.get(cause, {}).get(measure, ""))
        for group in groups
        for measure in ("recall", "precision")
    ]


def _number(value: float | str) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
