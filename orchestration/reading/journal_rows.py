"""Captured journal rows of some kinds, found as columns: only those wanted become objects.

For who reads the lake itself, beside or before the warehouse; what is staged is read from there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pyarrow as pa

from domain.home import DeskHome
from orchestration.resources.arrow import is_one_of, pc, where
from orchestration.resources.lake import Lake, read_table
from orchestration.resources.lake_schema import FACTS
from orchestration.resources.warehouse import Warehouse

Row = dict[str, Any]
_READ = {
    "seq": pa.int64(),
    "kind": pa.string(),
    "payload": pa.string(),
    "observed_ns": pa.int64(),
    "correlation_id": pa.string(),
}


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


def named_rows(home: DeskHome, days: Collection[str], kind: str, field: str) -> pa.Table:
    """Give records of a kind as columns, with one field of what they say as `name`; newest first.

    Args:
        home: Whose.
        days: Of which days.
        kind: Which kind.
        field: Of its payload, by name.
    """
    lake = Lake(home)
    parts = [_of_kinds(path, [kind]) for day in days for path in lake.parts(FACTS.name, day)]
    found = pa.concat_tables([pa.schema(_READ).empty_table(), *parts])
    with Warehouse(home).asked() as connection:
        connection.register("records_found", found)
        asked = "select *, payload ->> ? as name from records_found order by seq desc"
        return connection.execute(asked, [f"$.{field}"]).to_arrow_table()


def _matching(path: Path, kinds: Collection[str], pattern: str) -> list[Row]:
    table = _of_kinds(path, kinds)
    if pattern:
        table = table.filter(pc.match_substring_regex(table["payload"], pattern))
    return table.to_pylist()


def _of_kinds(path: Path, kinds: Collection[str]) -> pa.Table:
    table = read_table(path, list(_READ))
    return where(table, is_one_of(table["kind"], kinds))
