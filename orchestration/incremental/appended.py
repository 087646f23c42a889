"""Tables that only grow, in a few files: adding to a day costs what is added, not what lies there.

A part is named after its first row and how many it has. What is added takes in the parts before it
that have no more rows than it, so that n rows lie in some log2(n) parts and each was written as
often. Nothing is cut: who takes others in lies beside them until they are removed, and `Lake.parts`
leaves out what another holds. A part's rows are cut into groups, and of those only the ones that
are asked for are opened. What rows mean is whoever's they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.resources.arrow import one_below_the_other, where
from orchestration.resources.lake import Lake, read_table, replace_file
from orchestration.resources.part_names import is_of_rows, part_name, rows_of

_GROUP_ROWS = 2_048
_WHOLE = "part-all.parquet"


def append(
    lake: Lake, table: str, day: str, rows: pa.Table, said: Mapping[bytes, bytes] | None = None
) -> None:
    """Add rows below those that lie there.

    Args:
        lake: Where.
        table: Which.
        day: Whose.
        rows: May be none; a day without parts then gets one, so that readers find the columns.
        said: What the newest part says of the whole.
    """
    _tidied(lake, table, day)
    parts = lake.parts(table, day)
    if parts and not rows.num_rows:
        return
    new = rows.replace_schema_metadata(None)
    while parts and rows_of(parts[-1])[1] <= new.num_rows:
        new = one_below_the_other([read_table(parts.pop()), new])
    first = sum(rows_of(parts[-1])) if parts else 0
    _write(lake.folder(table, day) / part_name(first, new.num_rows), new, said)
    _tidied(lake, table, day)


def begin(
    lake: Lake, table: str, day: str, rows: pa.Table, said: Mapping[bytes, bytes] | None = None
) -> None:
    """Write a day anew; of what lay there nothing stays, even should a crash follow."""
    for path in lake.folder(table, day).glob("*.parquet"):
        path.unlink()
    append(lake, table, day, rows, said)


def said_of(lake: Lake, table: str, day: str) -> Mapping[bytes, bytes]:
    """Read what the newest part says of the whole; nothing where that is not all there."""
    parts = lake.parts(table, day)
    ends = accumulate((rows_of(path)[1] for path in parts), initial=0)
    is_whole = all(rows_of(path)[0] == end for path, end in zip(parts, ends, strict=False))
    return (pq.read_schema(parts[-1]).metadata or {}) if parts and is_whole else {}


def rows_in(lake: Lake, table: str, day: str) -> int:
    """Count what lies there, of parts that were written here."""
    return sum(rows_of(path)[1] for path in lake.parts(table, day))


class Rows(NamedTuple):
    """Some columns of rows that lie in several files, and where in them each row is."""

    table: pa.Table
    paths: Sequence[Path]

    @classmethod
    def read(cls, paths: Sequence[Path], names: Sequence[str], empty: pa.Schema) -> Rows:
        """Read columns of files; of no file the columns of `empty`."""
        found = [pa.schema([empty.field(name) for name in names]).empty_table()]
        found += [read_table(path, names) for path in paths]
        counts = [one.num_rows for one in found[1:]]
        table = one_below_the_other(found)
        parts = np.repeat(np.arange(len(counts)), counts)
        places = np.concatenate([np.arange(0), *map(np.arange, counts)])
        return cls(table.append_column("part", [parts]).append_column("place", [places]), paths)

    def where(self, mask: Any) -> Rows:  # noqa: ANN401 (a mask)
        """Keep the rows of a mask."""
        return self._replace(table=where(self.table, mask))

    def documents(self) -> list[str]:
        """Open the documents of these rows, in their order."""
        wanted: defaultdict[int, list[int]] = defaultdict(list)
        places = zip(*(self.table[name].to_pylist() for name in ("part", "place")), strict=True)
        for part, place in places:
            wanted[part].append(place)
        found = {part: iter(_documents(self.paths[part], rows)) for part, rows in wanted.items()}
        return [next(found[part]) for part in self.table["part"].to_pylist()]


def _documents(path: Path, places: Sequence[int]) -> Iterator[str]:
    """Open the documents of a file's rows at some places, group by group."""
    with pa.OSFile(str(path)) as opened:
        file = pq.ParquetFile(opened)
        sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        ends = list(accumulate(sizes))
        groups = sorted({bisect_right(ends, place) for place in places})
        firsts = accumulate((sizes[n] for n in groups), initial=0)
        shifts = {n: first - (ends[n] - sizes[n]) for n, first in zip(groups, firsts, strict=False)}
        column = file.read_row_groups(groups, columns=["document"])["document"]
    lying = [place + shifts[bisect_right(ends, place)] for place in places]
    return iter(column.take(pa.array(lying, pa.int64())).to_pylist())


def _write(path: Path, rows: pa.Table, said: Mapping[bytes, bytes] | None) -> None:
    whole = rows.replace_schema_metadata(dict(said or {})).combine_chunks()

    def write(temporary: Path) -> None:
        pq.write_table(whole, temporary, row_group_size=_GROUP_ROWS)

    replace_file(path, write)


def _tidied(lake: Lake, table: str, day: str) -> None:
    """Name a day that was written as one file as its first part; remove parts another holds."""
    folder = lake.folder(table, day)
    if (whole := folder / _WHOLE).exists():
        whole.rename(folder / part_name(0, pq.read_metadata(whole).num_rows))
    for path in _beside(folder.glob("*.parquet"), lake.parts(table, day)):
        path.unlink()


def _beside(paths: Iterable[Path], standing: Sequence[Path]) -> list[Path]:
    return [path for path in paths if is_of_rows(path) and path not in standing]
