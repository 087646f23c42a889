"""Predicted against realised as tables a person reads; numbers are `performance_report.py`'s."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

_COLUMNS = (
    "found", "taken", "success_rate", "predicted", "realised", "shortfall", "forgone",
    "drawdown", "sharpe", "sortino",
)  # fmt: skip


def print_performance(found: dict[str, Any], paper: Console | None = None) -> None:
    """Print strategies, what was missed and why, calibration and half-life."""
    paper = paper or Console(width=160, highlight=False)
    paper.print(f"Predicted against realised, {found['days'][0]} to {found['days'][-1]}")
    paper.print(_table("strategy", _COLUMNS, found["strategies"]))
    missed = found["strategies"]["all"]["missed"] if "all" in found["strategies"] else {}
    paper.print(
        _table("missed because", ("times",), {why: {"times": n} for why, n in missed.items()})
    )
    said = found["calibration"]
    score = "unknown" if said["brier"] is None else f"{said['brier']:.4f}"
    paper.print(f"Brier score {score} over {said['stated']} stated probabilities")
    curve = {f"{part['low']:.1f}": part for part in said["curve"]}
    paper.print(_table("from", ("size", "stated", "realised"), curve))
    paper.print(_table("half-life of", ("half_life_ns", "ends", "seen"), found["half_life"]))


def _table(first: str, columns: tuple[str, ...], rows: dict[str, dict[str, Any]]) -> Table:
    table = Table(first, *columns)
    for name, row in rows.items():
        table.add_row(name, *(_text(row[column]) for column in columns))
    return table


def _text(value: Any) -> str:  # noqa: ANN401 (JSON is what it is)
    if value is None:
        return "unknown"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
