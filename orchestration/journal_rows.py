"""Captured journal rows of some kinds, found as columns: only those wanted become objects.

For who reads the lake itself, beside or before the warehouse; what is staged is read from there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from orchestration.resources.lake import Lake
from orchestration.resources.lake_schema import FACTS

Row = dict[str, Any]
_READ = ["seq", "kind", "payload", "observed_ns", "correlation_id"]


def rows_of_kinds(
    lake: Lake, day: str, kinds: Collection[str], naming: Collection[str] | None = None
) -> list[Row]:
    """Read a captured day's records of some kinds, in sequence.

    Args:
        lake: Where they are.
        day: Of which day.
        kinds: Which kinds.
        naming: Only those that name one of these; all unless given.
    """
    if naming is not None and not naming:
        return []
    pattern = "|".join(map(re.escape, sorted(naming or ())))
    rows = [row for path in lake.parts(FACTS.name, day) for row in _matching(path, kinds, pattern)]
    return sorted(rows, key=lambda row: row["seq"])


def _matching(path: Path, kinds: Collection[str], pattern: str) -> list[Row]:
    import pyarrow as pa
    import pyarrow.compute
    import pyarrow.parquet as pq

    pc: Any = pyarrow.compute  # made when it is imported, so that no checker knows what is in it
    with pa.OSFile(str(path)) as file:
        table = pq.read_table(file, columns=_READ)
    table = table.filter(pc.is_in(table["kind"], value_set=pa.array(sorted(kinds))))
    if pattern:
        table = table.filter(pc.match_substring_regex(table["payload"], pattern))
    return table.to_pylist()
