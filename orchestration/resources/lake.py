"""The lake: captured and computed tables as Parquet, one folder a table and UTC day.

::

    lake/<table>/day=<D>/part-<position>.parquet   whole or absent: temporary name, then renamed
    lake/<table>/day=<D>/cursor.json               how far it was read; moved after its part

A part is named after the cursor it was read from, so that a crash between part and cursor is
repaired by reading the same stretch again: same name, same rows. Parts of tables that only grow are
named after their first row and how many there are (`part_names.py`). What columns mean is in
`lake_schema.py`; what rows mean is the domain's business.
"""

from __future__ import annotations

import os
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from domain.errors import InvariantBroken, StorageFailed
from domain.home import DeskHome
from domain.money import DECIMAL38_LIMIT
from orchestration.resources.lake_schema import FLAG, INT, TABLES, TEXT, WIDE, Column
from orchestration.resources.part_names import standing

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]


class Cursor(msgspec.Struct, frozen=True):
    """How far a source was read for one day.

    Args:
        position: Journal sequence, block number or nanoseconds, inclusive; -1 at first.
        anchor: Hash of the anchor the reading was for; empty where there is none.
    """

    position: int = -1
    anchor: str = ""


class Lake:
    """Reads and writes tables under one desk's lake."""

    def __init__(self, home: DeskHome) -> None:
        self.root = home.lake

    def folder(self, table: str, day: str) -> Path:
        """Name the folder of one table's day."""
        return self.root / table / f"day={day}"

    def cursor(self, table: str, day: str) -> Cursor:
        """Read how far a table's day was captured, or a computed one's source was read."""
        path = self.folder(table, day) / "cursor.json"
        return msgspec.json.decode(path.read_bytes(), type=Cursor) if path.exists() else Cursor()

    def days(self, table: str) -> list[str]:
        """List the days a table was captured for, oldest first."""
        return sorted(path.name.removeprefix("day=") for path in (self.root / table).glob("day=*"))

    def append(self, table: str, day: str, rows: Sequence[Row], cursor: Cursor) -> None:
        """Add what is new to a captured day and move its cursor.

        A day without rows still gets a file, so that readers find the columns.
        """
        columns = TABLES[table].columns
        before = self.cursor(table, day)
        if rows or before == Cursor():
            name = f"part-{max(before.position, 0):020d}.parquet"
            write_parquet(self.folder(table, day) / name, rows, columns)
        if cursor != before:
            self.remember(table, day, cursor)

    def remember(self, table: str, day: str, cursor: Cursor) -> None:
        """Write down how far a table's day goes."""
        write_bytes(self.folder(table, day) / "cursor.json", msgspec.json.encode(cursor))

    def replace(self, table: str, day: str, rows: Sequence[Row]) -> None:
        """Write a captured day anew as one file."""
        self._replace(table, day, rows, TABLES[table].columns)

    def read(
        self, table: str, day: str, only: Callable[[pa.Table], Any] | None = None
    ) -> list[dict[str, Any]]:
        """Read a captured day, identical rows once; an uncaptured day has no rows.

        Args:
            table: Which.
            day: ``YYYY-MM-DD``.
            only: Makes the mask of the rows that are wanted; all when None.
        """
        parts = map(read_table, self.parts(table, day))
        wanted = (part if only is None else part.filter(only(part)) for part in parts)
        rows = [row for part in wanted for row in _rows(part)]
        return list({tuple(row.values()): row for row in rows}.values())

    def parts(self, table: str, day: str) -> list[Path]:
        """List the Parquet files of one table's day, oldest first."""
        return standing(self.folder(table, day).glob("*.parquet"))

    def save(self, table: str, day: str, kind: type[msgspec.Struct], items: Iterable[Any]) -> int:
        """Write computed structs: scalar fields as columns, the whole of each as `document`."""
        made = struct_table(kind, items)
        self.put(table, day, made)
        return int(made.num_rows)

    def put(self, table: str, day: str, made: pa.Table) -> None:
        """Write a computed day anew as one file; the same columns make the same bytes."""
        _write_table(self.folder(table, day) / "part-all.parquet", made.combine_chunks())

    def table(self, table: str, day: str, names: Sequence[str] | None = None) -> pa.Table | None:
        """Read a computed day as columns; None when it was not computed."""
        import pyarrow as pa

        parts = [read_table(path, names) for path in self.parts(table, day)]
        return pa.concat_tables(parts) if parts else None

    def load(self, table: str, day: str, kind: type[Any]) -> list[Any]:
        """Read computed structs back; a day that was not computed has none."""
        decode = msgspec.json.Decoder(kind).decode
        parts = (read_columns(path, ["document"]) for path in self.parts(table, day))
        return [decode(document) for part in parts for document in part["document"]]

    def _replace(
        self, table: str, day: str, rows: Sequence[Row], columns: Sequence[Column]
    ) -> None:
        write_parquet(self.folder(table, day) / "part-all.parquet", rows, columns)


def struct_table(kind: type[msgspec.Struct], items: Iterable[Any]) -> pa.Table:
    """Arrange structs as the columns they are written as.

    Raises:
        InvariantBroken: An amount needs more than 38 digits.
    """
    kept, encode = list(items), msgspec.json.Encoder().encode
    cells = [_values_at(path, kept) for path in _flat_paths(kind)]
    cells.append([encode(item).decode() for item in kept])
    return _table_of(cells, struct_columns(kind))


def struct_columns(kind: type[msgspec.Struct]) -> tuple[Column, ...]:
    """Give the columns a struct is written as: its scalar fields, then `document`."""
    return (*_flat_columns(kind), Column("document", TEXT, "The whole of it as JSON."))


def _flat_columns(kind: type[msgspec.Struct], prefix: str = "") -> list[Column]:
    """Scalars of a struct, and of structs in it, whose names then carry the field's."""
    columns: list[Column] = []
    for field in msgspec.structs.fields(kind):
        nested = _nested_struct(field.type)
        if nested:
            columns += _flat_columns(nested, f"{prefix}{field.name}_")
        elif scalar := _scalar_kind(field.name, field.type):
            columns.append(Column(prefix + field.name, scalar, ""))
    return columns


def _flat_paths(kind: type[msgspec.Struct]) -> list[tuple[str, ...]]:
    """Say through which fields each of `_flat_columns` is reached, in the same order."""
    paths: list[tuple[str, ...]] = []
    for field in msgspec.structs.fields(kind):
        nested = _nested_struct(field.type)
        if nested:
            paths += [(field.name, *path) for path in _flat_paths(nested)]
        elif _scalar_kind(field.name, field.type):
            paths.append((field.name,))
    return paths


def _values_at(path: tuple[str, ...], items: Iterable[Any]) -> list[Any]:
    """Follow fields into each item; where a struct is missing, so is what it would hold."""
    for name in path:
        items = [None if item is None else getattr(item, name) for item in items]
    return list(items)


def _nested_struct(annotation: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 (a type form)
    for choice in (annotation, *typing.get_args(annotation)):
        if isinstance(choice, type) and issubclass(choice, msgspec.Struct):
            return None if typing.get_origin(annotation) in {tuple, list, dict} else choice
    return None


def _scalar_kind(name: str, annotation: object) -> str | None:
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    text = text.replace(" ", "").removesuffix("|None")
    if text == "int":
        narrow = name.endswith(("_ns", "_s", "block", "number", "index", "nonce", "_seq"))
        return INT if narrow else WIDE
    return {"str": TEXT, "bool": FLAG}.get(text)


def write_parquet(path: Path, rows: Sequence[Row], columns: Sequence[Column]) -> None:
    """Write rows under their final name in one step.

    Raises:
        InvariantBroken: An amount needs more than 38 digits.
        StorageFailed: The disk refuses.
    """
    cells = [[row.get(column.name) for row in rows] for column in columns]
    _write_table(path, _table_of(cells, columns))


def _table_of(cells: Sequence[list[Any]], columns: Sequence[Column]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema([(column.name, _arrow_type(column.kind)) for column in columns])
    arrays = [
        pa.array(_fitting(values, column), schema.field(i).type)
        for i, (values, column) in enumerate(zip(cells, columns, strict=True))
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _write_table(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    replace_file(path, lambda temporary: pq.write_table(table, temporary))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a small file under its final name in one step."""
    replace_file(path, lambda temporary: temporary.write_bytes(content))


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary neighbour, then give it its name.

    Raises:
        StorageFailed: The disk refuses.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageFailed(
            "the books cannot write here; free space or mend the permissions", path=path
        ) from error


def read_parquet(path: Path) -> list[dict[str, Any]]:
    """Read one file as rows; DECIMAL(38,0) comes back as int."""
    return _rows(read_table(path))


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    names, columns = table.column_names, map(exact_values, table.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def read_columns(path: Path, names: Sequence[str] | None = None) -> dict[str, list[Any]]:
    """Read one file, or some of its columns, as a list a column; DECIMAL(38,0) as int."""
    table = read_table(path, names)
    return dict(zip(table.column_names, map(exact_values, table.columns), strict=True))


def read_table(path: Path, names: Sequence[str] | None = None) -> pa.Table:
    """Read one file, or some of its columns.

    Arrow's own file, not Python's: its threads may let go of it while the interpreter ends, and
    letting go of a Python object then aborts the process.

    Raises:
        StorageFailed: The file is damaged or gone.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pa.OSFile(str(path)) as file:
            return pq.read_table(file, columns=None if names is None else list(names))
    except (OSError, pa.ArrowInvalid) as error:
        raise StorageFailed(
            "this file of the books cannot be read; restore it from a copy", path=path
        ) from error


def exact_values(column: pa.ChunkedArray) -> list[Any]:
    """List a column's values; DECIMAL(38,0) as int."""
    import pyarrow as pa

    if not pa.types.is_decimal(column.type) or column.type.scale:
        return column.to_pylist()
    written = column.cast(pa.string()).to_pylist()  # a tenth of the cost of a Decimal each
    return [None if text is None else int(text) for text in written]


def text_json(value: object) -> str:
    """Write a captured answer as JSON text with sorted keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode()


def _fitting(values: list[Any], column: Column) -> list[Any]:
    if column.kind == WIDE:
        for value in values:
            if value is not None and abs(value) >= DECIMAL38_LIMIT:
                raise InvariantBroken(
                    "an amount of the books needs 38 digits at most", column=column.name
                )
    return values


def _arrow_type(kind: str) -> pa.DataType:
    import pyarrow as pa

    return {
        TEXT: pa.string(),
        INT: pa.int64(),
        FLAG: pa.bool_(),
        WIDE: pa.decimal128(38, 0),
    }[kind]
