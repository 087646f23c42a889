"""Captured rows by digest, worked out once for each captured file: rows are compared, not read.

A part of a captured table is written once, so what its rows digest to is kept beside the day with
a digest of the file. A look digests files it has not seen; what is kept of a file that changed or
went counts no more.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

import pyarrow as pa

from orchestration.day import Day
from orchestration.incremental.kept import keep, kept, seal_of
from orchestration.partitions import day_before
from orchestration.resources.arrow import is_one_of, one_below_the_other, where
from orchestration.resources.lake_schema import TABLES

DIGESTS = "kept_captures__digests"
READ = "read"
"""Source of the row that says that a file was digested, should it hold no row."""


class Captured(NamedTuple):
    """Which rows of a captured table are digested, and what they are called.

    Args:
        table: The captured table.
        name: The column a row is asked for by.
        counts: Which rows count.
        number: The column of its block, or null.
    """

    table: str
    name: str
    counts: str = "true"
    number: str = "null"


def rows_digested(connection: Any, day: Day, sources: Mapping[str, Captured]) -> pa.Table:  # noqa: ANN401 (imported late)
    """Digest the captured rows of a day and the day before.

    Args:
        connection: To the warehouse; asks the files.
        day: Whose.
        sources: What is digested, each by the name its rows carry.

    Returns:
        Columns part, source, name, digest and number, one row a captured row.
    """
    parts = {name: dict(_parts(day, one.table)) for name, one in sources.items()}
    current = [part for of in parts.values() for part in of]
    seal = seal_of(day.home, day.name, ())
    before = kept(day.home, DIGESTS, day.name, seal)
    seen = set() if before is None else set(before["part"].unique().to_pylist())
    if before is not None and seen == set(current):
        return before
    made = [
        _digested(connection, name, sources[name], of, [one for one in of if one not in seen])
        for name, of in parts.items()
        if of.keys() - seen
    ]
    old = [] if before is None else [where(before, is_one_of(before["part"], current))]
    whole = one_below_the_other([*old, *made])
    keep(day.home, DIGESTS, day.name, whole, seal)
    return whole


def _parts(day: Day, table: str) -> Iterator[tuple[str, str]]:
    """Give each file of a table under a name that changes with what is in it, and where it is."""
    for one in (day_before(day.name), day.name):
        for path in day.lake.parts(table, one):
            content = blake2b(path.read_bytes()).hexdigest()
            yield sha256(f"{table}/{one}/{path.name}/{content}".encode()).hexdigest(), str(path)


def _digested(
    connection: Any,  # noqa: ANN401 (imported late)
    name: str,
    source: Captured,
    parts: Mapping[str, str],
    new: list[str],
) -> pa.Table:
    """Digest the rows of new files: each column framed by its length, so no two rows meet."""
    columns = [column.name for column in TABLES[source.table].columns] + ["day"]
    framed = (f"coalesce(length({one}::varchar) || ':' || {one}::varchar, '-')" for one in columns)
    connection.register(
        "parts_new", pa.table({"part": new, "filename": [parts[one] for one in new]})
    )
    listed = ", ".join("'{}'".format(parts[one].replace("'", "''")) for one in new)
    return connection.execute(
        f"""select part, ? as source, {source.name}::varchar as name,
            md5(concat({", ".join(framed)})) as digest, {source.number}::bigint as number
        from read_parquet(
            ?, filename = true, hive_partitioning = true, hive_types = {{'day': varchar}},
            union_by_name = true
        ) join parts_new using (filename)
        where filename in ({listed}) and ({source.counts})
        union all select part, '{READ}', '', '', null from parts_new""",
        [name, list(parts.values())],
    ).to_arrow_table()
