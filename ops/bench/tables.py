"""A bench's report as a person reads it; progress goes to standard error, the report to output."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def told(sentence: str) -> None:
    """Say what is being measured now, out of the report's way."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201 (this is the terminal's edge)


def print_bench(report: Mapping[str, Any]) -> None:
    """Print machine, medians and targets."""
    console = Console()
    console.print("  ".join(f"{name} {value}" for name, value in report["machine"].items()))
    console.print(_medians(report["medians"]))
    console.print(_targets(report["targets"]))
    for one in report.get("tick", ()):
        console.print(
            f"{one['new_fills']} more on a day of {one['fills_held']} fills: {one['cpu_s']} CPU s; "
            f"all of it from scratch: {one['cpu_s_of_day_from_scratch']}"
        )
    for name, reason in report["absent_peers"].items():
        console.print(f"{name} was not measured: {reason}")


def _medians(found: Mapping[str, Mapping[str, float] | None]) -> Table:
    table = Table("case", "median of the rounds", title="Medians")
    for name, numbers in found.items():
        if numbers is None:  # absent, and told why below
            continue
        table.add_row(name, "  ".join(f"{key} {value:,g}" for key, value in numbers.items()))
    return table


def _targets(rows: list[Mapping[str, Any]]) -> Table:
    table = Table("target", "measured", "bound", "met", title="Targets")
    for row in rows:
        table.add_row(*(str(row[name]) for name in ("target", "measured", "bound")), _yes(row))
    return table


def _yes(row: Mapping[str, Any]) -> str:
    return "yes" if row["met"] else "[bold]no[/bold]"
