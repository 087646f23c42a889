"""Names of the parts of tables that only grow: after a part's first row, and how many it has.

So a name says whether another part holds its rows too; `incremental/appended.py` writes
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_NAME = re.compile(r"part-(\d{20})-(\d{10})\.parquet")


def part_name(first: int, rows: int) -> str:
    """Name the part that holds so many rows from one on."""
    return f"part-{first:020d}-{rows:010d}.parquet"


def is_of_rows(path: Path) -> bool:
    """Ask whether a part is named after the rows it holds."""
    return _NAME.fullmatch(path.name) is not None


def rows_of(path: Path) -> tuple[int, int]:
    """Read from a part's name which row is its first, and how many it has; else nothing."""
    named = _NAME.fullmatch(path.name)
    return (int(named[1]), int(named[2])) if named else (0, 0)


def standing(paths: Iterable[Path]) -> list[Path]:
    """Put parts in their order, without those whose rows a larger one took in."""
    found: list[Path] = []
    end = 0
    for path in sorted(paths, key=_order):
        first, rows = rows_of(path)
        if first >= end or not is_of_rows(path):
            found.append(path)
            end = max(end, first + rows)
    return found


def _order(path: Path) -> tuple[int, int, str]:
    first, rows = rows_of(path)
    return first, -rows, path.name
