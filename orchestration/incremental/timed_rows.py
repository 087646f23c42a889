"""A day's computed rows in the order of time, of which only a stretch becomes objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Generic, TypeVar

import msgspec
import numpy as np
import pyarrow as pa

from orchestration.day import Day
from orchestration.incremental.checkpoints import Told
from orchestration.resources.arrow import ordered_by
from orchestration.resources.lake import struct_table

Kind = TypeVar("Kind", bound=msgspec.Struct)
_COLUMNS = ("at_ns", "document")


class TimedRows(Generic[Kind]):
    """What one table says of a day; read once.

    Args:
        day: Which.
        table: Whose rows say when (`at_ns`).
        kind: What they are.
        names: Columns that are wanted besides.
    """

    def __init__(self, day: Day, table: str, kind: type[Kind], names: Sequence[str] = ()) -> None:
        wanted = [*_COLUMNS, *names]
        found = day.lake.table(table, day.name, wanted)
        rows = struct_table(kind, []).select(wanted) if found is None else found
        is_in_order = bool((np.diff(rows["at_ns"].to_numpy()) >= 0).all())
        self.rows: pa.Table = rows if is_in_order else ordered_by(rows, _COLUMNS)
        self._decode = msgspec.json.Decoder(kind).decode

    @cached_property
    def told(self) -> Told:
        """Every row, at its instant."""
        return Told(self.rows["at_ns"], [self.rows["document"]])

    def between(self, start_ns: int | None, end_ns: int | None = None) -> pa.Table:
        """Give the rows from an instant on and before another; from the first or to the last."""
        start = 0 if start_ns is None else self.told.rows_before(start_ns)
        end = self.rows.num_rows if end_ns is None else self.told.rows_before(end_ns)
        return self.rows.slice(start, max(0, end - start))

    def read(self, start_ns: int | None, end_ns: int | None = None) -> list[Kind]:
        """Read the rows of such a stretch."""
        return self.read_rows(self.between(start_ns, end_ns))

    def read_rows(self, rows: pa.Table) -> list[Kind]:
        """Read some of the rows."""
        return [*self.each_row(rows)]

    def each_row(self, rows: pa.Table) -> Iterator[Kind]:
        """Read some of the rows one by one, as they are asked for."""
        return map(self._decode, rows["document"].to_pylist())
