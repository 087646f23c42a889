"""Breaks as a table for a terminal: what, how much, how old, how grave, whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops.paper import Paper, table

_COLUMNS = ("id", "day", "state", "cause", "money", "age", "gravity", "owner", "subject")
_ID_SHOWN = 12
_MONEY_PLACES = 2


def print_breaks(rows: Sequence[dict[str, Any]]) -> None:
    """Print what :meth:`ops.breaks.desk.BreakDesk.listed` tells."""
    paper = Paper(width=150)
    if not rows:
        paper.print("no breaks")
        return
    paper.print(table(_COLUMNS, map(_cells, rows)))


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["id"][:_ID_SHOWN],
        row["day"],
        row["state"] if row["is_current"] else f"{row['state']}, gone",
        row["cause"] or row["found_cause"],
        _counted(row),
        row["age_band"],
        row["gravity"],
        row["owner"] or "",
        row["subject"][:40],
    )


def _counted(row: dict[str, Any]) -> str:
    """Show money once: of a break that only repeats another, say which."""
    is_elsewhere = row["follows"] and row["counted_value"] != row["value"]
    return f"in {row['follows'][0][:_ID_SHOWN]}" if is_elsewhere else _money(row["value"])


def _money(value: str | None) -> str:
    """Cut what is shown to cents; the number itself is in the object."""
    if value is None:
        return "unknown"
    whole, _, rest = value.partition(".")
    return f"{whole}.{rest[:_MONEY_PLACES]}"
