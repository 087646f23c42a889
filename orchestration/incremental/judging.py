"""Rows that a check has not found good yet: a look judges what is new, what changed, what was bad.

What is expected of a row, or of the rows of one key, is met by all rows if it is met by the rows of
every key. Rows lie on shelves by a hash of their key; what a shelf holds is digested, and shelves
that were found good as they are now need no second look. Without kept state that fits (`kept.py`)
every shelf is judged, which is judging the whole: the same rows, the same suite. Digests tell rows
apart, they prove nothing.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from domain.errors import StorageFailed
from orchestration.day import Day
from orchestration.incremental.kept import keep, kept, seal_of
from orchestration.resources.warehouse import rows_of

SHELVES = 4096
"""A day's new rows touch few of so many; their digests are a small file."""
_ENGINES = ("duckdb", "great-expectations")
_NOTHING = pa.schema([("shelf", pa.uint64()), ("rows", pa.int64()), ("digest", pa.string())])


class Asked(NamedTuple):
    """Whose rows are judged.

    Args:
        name: Of the check.
        parts: The files that hold them.
        key: The column whose rows are expected to say something together.
        columns: What is judged of a row; none: all of it, as captured. What was captured may lie
            there twice, told again, and counts once.
    """

    name: str
    parts: Sequence[Path]
    key: str
    columns: Sequence[str] = ()


class Unjudged:
    """The rows of one check that have to be judged now.

    Args:
        day: Which.
        asked: Whose rows.

    Raises:
        StorageFailed: A file is damaged or gone.
    """

    def __init__(self, day: Day, asked: Asked) -> None:
        import duckdb

        self._day, self._table = day, f"kept_checks__{asked.name}"
        engines = [f"{name} {version(name)}" for name in _ENGINES]
        self._seal = seal_of(day.home, day.name, (), *asked[2:], *engines)
        good = kept(day.home, self._table, day.name, self._seal)
        with duckdb.connect() as connection:
            try:
                self._shelves, self.rows = _unjudged(connection, asked, good)
            except duckdb.Error as error:
                raise StorageFailed(
                    "files of the books cannot be read; restore them from a copy",
                    folder=asked.parts[0].parent,
                ) from error
        self.of = sum(self._shelves["rows"].to_pylist())

    def are_good(self) -> None:
        """Remember that all rows were found good as they are."""
        if self.rows:
            keep(self._day.home, self._table, self._day.name, self._shelves, self._seal)


def _unjudged(
    connection: Any,  # noqa: ANN401 (duckdb is imported late)
    asked: Asked,
    good: pa.Table | None,
) -> tuple[pa.Table, list[dict[str, Any]]]:
    """Digest every shelf; read the rows of those that were not found good as they are."""
    if not asked.parts:
        return _NOTHING.empty_table(), []
    shelf = f"hash({asked.key}) % {SHELVES}"
    parts = [str(path) for path in asked.parts]
    connection.read_parquet(parts, union_by_name=True, hive_partitioning=False).create_view("given")
    names = asked.columns or connection.table("given").columns
    said = ", ".join(f"{name}::varchar" for name in names)  # as numbers, -1 and 0 hash alike
    rows = ", ".join(asked.columns) or "distinct *"
    connection.register("good", _NOTHING.empty_table() if good is None else good)
    connection.execute(
        f"""create temp table shelves as
        select {shelf} as shelf, count(*) as rows, sum(hash({said})::hugeint)::varchar as digest
        from given group by all"""
    )
    shelves = connection.execute("from shelves order by shelf").to_arrow_table()
    found = connection.execute(
        f"""select {rows} from given where {shelf} in (
            select shelf from shelves anti join good using (shelf, rows, digest)
        )"""
    )
    return shelves, rows_of(found)
