"""The scorecard of a reconciliation, drawn for a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

_GROUPS = ("clean", "alone", "pairs")


def print_scorecard(told: dict[str, Any]) -> None:
    """Print what :func:`ops.rehearsing.scorecard` tells: sums, causes, targets, what went wrong."""
    paper = Console(width=110, highlight=False)
    paper.print(_sums(told))
    paper.print(_causes(told))
    for name, holds in told["targets"].items():
        paper.print(f"{name.replace('_', ' ')}: {'holds' if holds else 'MISSED'}")
    for one in told["wrong"][:10]:
        paper.print(f"seed {one['seed']}: {' and '.join(one['causes']) or 'nothing broken'}")
    if len(told["wrong"]) > 10:  # noqa: PLR2004 (a screenful)
        paper.print(f"and {len(told['wrong']) - 10} more trials; --json lists them all")


def _sums(told: dict[str, Any]) -> Table:
    table = Table("", *_GROUPS)
    for name in told["clean"]:
        values = (told[group][name] for group in _GROUPS)
        table.add_row(name.replace("_", " "), *map(_number, values))
    return table


def _causes(told: dict[str, Any]) -> Table:
    table = Table("cause", "recall alone", "precision", "recall in pairs", "precision")
    alone, pairs = told["alone"]["causes"], told["pairs"]["causes"]
    for cause in sorted({*alone, *pairs}):
        shares = [
            group.get(cause, {}).get(measure, "")
            for group in (alone, pairs)
            for measure in ("recall", "precision")
        ]
        table.add_row(cause, *map(_number, shares))
    return table


def _number(value: float | str) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
