"""Predicted against realised as tables a person reads; numbers are `performance.py`'s.

Money is rounded to six decimals for the eye, and says where digits are hidden; `--json` has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from ops.books.report import for_the_eye
from ops.paper import Paper, table

_COUNTED = ("found", "taken", "success_rate")
_MONEY = ("predicted", "realised", "shortfall", "forgone", "drawdown")
_RATIOS = ("sharpe", "sortino")


def print_performance(found: dict[str, Any], paper: Console | None = None) -> None:
    """Print strategies, what was missed and why, calibration and half-life."""
    paper = paper or Paper(width=160)
    paper.print(f"Predicted against realised in USDC, {found['days'][0]} to {found['days'][-1]}")
    paper.print(_strategies(found["strategies"]))
    missed = found["strategies"].get("all", {}).get("missed", {})
    paper.print(
        _table("missed because", ("times",), {why: {"times": n} for why, n in missed.items()})
    )
    said = found["calibration"]
    score = "unknown" if said["brier"] is None else f"{said['brier']:.4f}"
    paper.print(f"Brier score {score} over {said['stated']} stated probabilities")
    curve = {f"{part['low']:.1f}": part for part in said["curve"]}
    paper.print(_table("from", ("size", "stated", "realised"), curve))
    paper.print(_table("half-life of", ("half_life_ns", "ends", "seen"), found["half_life"]))


def _strategies(told: dict[str, dict[str, Any]]) -> Table:
    """Show a strategy a column, so that no amount is too long for its cell."""
    rows = [
        (name.replace("_", " "), *(_shown(name, one[name]) for one in told.values()))
        for name in (*_COUNTED, *_MONEY, *_RATIOS)
    ]
    return table(("", *told), rows)


def _shown(name: str, value: Any) -> str:  # noqa: ANN401 (JSON is what it is)
    return for_the_eye(value) if name in _MONEY and value is not None else _text(value)


def _table(first: str, columns: Sequence[str], rows: dict[str, dict[str, Any]]) -> Table | str:
    if not rows:
        return f"{first}: nothing"
    told = [(name, *(_text(row[column]) for column in columns)) for name, row in rows.items()]
    return table((first, *columns), told)


def _text(value: Any) -> str:  # noqa: ANN401 (JSON is what it is)
    if value is None:
        return "unknown"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
