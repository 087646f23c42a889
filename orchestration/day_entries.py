"""A day's entries as columns, of which only a stretch of time becomes objects."""

from __future__ import annotations

from functools import cached_property

import msgspec
import numpy as np
import pyarrow as pa

from domain.ledger.types import Entry
from orchestration.checkpoints import Told
from orchestration.day import ENTRIES, Day
from orchestration.resources.arrow import ordered_by
from orchestration.resources.lake import struct_table

_COLUMNS = ["entry_id", "at_ns", "cause", "purpose", "subject", "correlation_id", "document"]


class DayEntries:
    """What a day's ledger says, in the order of time; read once."""

    def __init__(self, day: Day) -> None:
        found = day.lake.table(ENTRIES, day.name, _COLUMNS)
        rows = struct_table(Entry, []).select(_COLUMNS) if found is None else found
        is_in_order = bool((np.diff(rows["at_ns"].to_numpy()) >= 0).all())
        self.rows: pa.Table = rows if is_in_order else ordered_by(rows, ("at_ns", "entry_id"))

    @cached_property
    def told(self) -> Told:
        """Every entry, at its instant."""
        return Told(self.rows["at_ns"], [self.rows["document"]])

    def between(self, start_ns: int | None, end_ns: int | None = None) -> pa.Table:
        """Give the rows from an instant on and before another; from the first or to the last."""
        start = 0 if start_ns is None else self.told.rows_before(start_ns)
        end = self.rows.num_rows if end_ns is None else self.told.rows_before(end_ns)
        return self.rows.slice(start, max(0, end - start))


def entries_in(rows: pa.Table) -> list[Entry]:
    """Read rows as entries."""
    decode = msgspec.json.Decoder(Entry).decode
    return [decode(document) for document in rows["document"].to_pylist()]
