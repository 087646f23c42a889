"""One file of a reconciliation opened: which columns it has, of which type, and its rows by number.

CSV, packed with gzip or not, or Parquet; what a file is, its first bytes say. Of all columns only
those that are known are read, under their own names. What the cells mean is in
`ops/reconciling/sides.py`.
"""

# ruff: noqa: S608 (names put into SQL are ours, or quoted)

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from domain.errors import InputRefused

NEEDED = ("id", "time", "asset", "amount")
OPTIONAL = ("account", "fee_asset", "fee", "ref", "order", "kind", "status", "block", "price")
_EXACT = ("amount", "fee", "price")
_FLOATS = ("FLOAT", "DOUBLE", "HALF")
_WIDE = re.compile(r"decimal256\(.*")
_NUMBERED = "file_row_number"
"""What the database calls the numbers it gives rows, so that no column may be called it."""
_PARQUET, _GZIP = b"PAR1", b"\x1f\x8b"
_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_CELLS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")


class Source(NamedTuple):
    """A file as a relation of `line`, which counts its rows from 0, and its known columns.

    Args:
        relation: What it is called in the database.
        types: DuckDB's, by column.
        stated: Columns of which no cell is absent.
        filled: Columns of which no cell is absent or empty.
        is_csv: Whether cells are written, so that spaces around them mean nothing.
    """

    relation: str
    types: Mapping[str, str]
    stated: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    is_csv: bool = False


def open_source(database: duckdb.DuckDBPyConnection, relation: str, path: Path) -> Source:
    """Open a file under a name.

    Raises:
        InputRefused: It is absent, nobody can read it, it lacks a column or has one twice, or an
            amount is a float.
    """
    magic = _magic(path)
    is_parquet = magic == _PARQUET or path.suffix.lower() in (".parquet", ".pq")
    try:
        if is_parquet:
            return _parquet(database, relation, path)
        return _csv(database, relation, path, is_packed=magic[:2] == _GZIP)
    except duckdb.Error as error:
        raise _told(error, path) from error


def _magic(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4)
    except OSError as error:
        raise InputRefused("give a CSV or Parquet file that exists", file=path) from error


def _told(error: duckdb.Error, path: Path) -> InputRefused:
    """Say what is the matter with a file in a sentence, and with which row where that is known."""
    text = str(error)
    line, cells = _CSV_LINE.search(text), _CSV_CELLS.search(text)
    if line is None:
        say = f"mend the file: {text.splitlines()[0]}"
        if "state machine" in text:
            say = "end all lines of the file alike, with LF or with CRLF"
        return InputRefused(say, file=path)
    say = "write the row as UTF-8 text, with quotes that open and close around a cell"
    if cells is not None:
        say = f"give the row as many cells as the header has, {cells[1]} and not {cells[2]}"
    at = int(line[1])
    return InputRefused(say, file=path, row=_row_at(path, at), line=at)


def _row_at(path: Path, line: int) -> int:
    """Count the rows of a CSV file up to a line, which may be of the last of them or in it."""
    with _opened(path) as file:
        reader = csv.reader(file)
        counted = enumerate(filter(None, reader))
        try:
            return next((row for row, _ in counted if reader.line_num >= line), line - 1)
        except csv.Error:  # a cell no program should have written
            return line - 1


def _parquet(database: duckdb.DuckDBPyConnection, relation: str, path: Path) -> Source:
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        why = str(error).splitlines()[0]
        raise InputRefused(f"give a readable Parquet file: {why}", file=path) from error
    names = _known(schema.names, path)
    file = _quoted(str(path))
    if _NUMBERED in schema.names or any(
        _WIDE.fullmatch(str(schema.field(name).type)) for name in names.values()
    ):
        return _through_arrow(database, relation, path, names)
    reading = f"read_parquet({file}, file_row_number=true)"
    database.execute(
        f"create view {relation} as select file_row_number as line, {_picked(names)} from {reading}"
    )
    stated, filled = _statistics(database, file, names)
    return Source(relation, _types(database, relation, path), stated, filled)


def _through_arrow(
    database: duckdb.DuckDBPyConnection, relation: str, path: Path, names: Mapping[str, str]
) -> Source:
    """Read what the database does not: decimals of more than 38 digits, which become text."""
    table = pq.read_table(path, columns=list(names.values()))
    for at, field in enumerate(table.schema):
        if _WIDE.fullmatch(str(field.type)):
            table = table.set_column(at, field.name, table.column(at).cast(pa.string()))
    database.register(f"{relation}_arrow", table)
    database.execute(
        f"create table {relation}_rows as select {_picked(names)} from {relation}_arrow"
    )
    return Source(*_numbered(database, relation, path))


def _csv(
    database: duckdb.DuckDBPyConnection, relation: str, path: Path, *, is_packed: bool
) -> Source:
    header = _header(path)
    if not header:
        raise InputRefused("write the columns' names as the first line", file=path)
    names = _known(header, path)
    columns = ", ".join(f"{_quoted(f'c{at}')}: 'VARCHAR'" for at in range(len(header)))
    picked = {name: f"c{header.index(stated)}" for name, stated in names.items()}
    database.execute(
        f"create table {relation}_rows as select {_picked(picked)} from read_csv("
        f"{_quoted(str(path))}, header=true, delim=',', quote='\"', escape='\"', nullstr='', "
        "null_padding=false, strict_mode=true, auto_detect=false, "
        f"compression='{'gzip' if is_packed else 'none'}', columns={{{columns}}})"
    )
    return Source(*_numbered(database, relation, path), is_csv=True)


def _numbered(
    database: duckdb.DuckDBPyConnection, relation: str, path: Path
) -> tuple[str, dict[str, str]]:
    database.execute(f"create view {relation} as select rowid as line, * from {relation}_rows")
    return relation, _types(database, relation, path)


def _header(path: Path) -> list[str]:
    """Give the columns of a CSV file as it writes them."""
    try:
        with _opened(path) as file:
            names = next(csv.reader(file, strict=True), [])
        "".join(names).encode()
    except (OSError, EOFError, UnicodeError, csv.Error) as error:
        raise InputRefused("give a readable CSV file in UTF-8", file=path) from error
    return names


def _opened(path: Path) -> TextIO:
    """Open a CSV file, whose text need not be UTF-8 beyond what is asked of it."""
    how: dict[str, Any] = {"encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}
    packed = _magic(path)[:2] == _GZIP
    return cast("TextIO", gzip.open(path, "rt", **how)) if packed else path.open(**how)


def _known(written: Sequence[str], path: Path) -> dict[str, str]:
    """Give what the known columns are called in the file, by the name they have here."""
    names: dict[str, str] = {}
    for stated in written:
        name = stated.strip().lower()
        if name in names:
            raise InputRefused(f"name the column {name} once", file=path)
        if name in (*NEEDED, *OPTIONAL):
            names[name] = stated
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise InputRefused(f"give the file the columns {', '.join(lacking)}", file=path)
    return names


def _picked(names: Mapping[str, str]) -> str:
    return ", ".join(f'{_named(stated)} as "{name}"' for name, stated in names.items())


def _types(database: duckdb.DuckDBPyConnection, relation: str, path: Path) -> dict[str, str]:
    rows = database.execute(f"describe {relation}").fetchall()
    types = {str(name): str(kind) for name, kind, *_ in rows}
    for name in _EXACT:
        if types.get(name) in _FLOATS:
            say = f"write {name} as text or a decimal: a float has lost digits already"
            raise InputRefused(say, file=path)
    return types


def _statistics(
    database: duckdb.DuckDBPyConnection, file: str, names: Mapping[str, str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Give which columns are never absent, and which never empty, as the file's footer says."""
    rows = database.execute(
        "select path_in_schema, bool_and(coalesce(stats_null_count = 0, false)), "
        "bool_and(coalesce(stats_null_count = 0 and stats_min_value > '', false)) "
        f"from parquet_metadata({file}) group by 1"
    ).fetchall()
    called = {stated: name for name, stated in names.items()}
    told = [(called[name], stated, filled) for name, stated, filled in rows if name in called]
    return (
        frozenset(name for name, stated, _ in told if stated),
        frozenset(name for name, _, filled in told if filled),
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
