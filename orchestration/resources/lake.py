"""The lake: captured and computed tables as Parquet, one folder a table and UTC day.

::

    lake/<table>/day=<D>/part-<position>.parquet   whole or absent: temporary name, then renamed
    lake/<table>/day=<D>/cursor.json               how far it was read; moved after its part

A part is named after the cursor it was read from, so that a crash between part and cursor is
repaired by reading the same stretch again: same name, same rows. What columns mean is in
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

    def read(self, table: str, day: str) -> list[dict[str, Any]]:
        """Read a captured day, identical rows once; an uncaptured day has no rows."""
        rows = [row for path in self.parts(table, day) for row in read_parquet(path)]
        return list({tuple(row.values()): row for row in rows}.values())

    def parts(self, table: str, day: str) -> list[Path]:
        """List the Parquet files of one table's day, oldest first."""
        return sorted(self.folder(table, day).glob("*.parquet"))

    def save(self, table: str, day: str, kind: type[msgspec.Struct], items: Iterable[Any]) -> int:
        """Write computed structs: scalar fields as columns, the whole of each as `document`."""
        columns = struct_columns(kind)
        rows = [_struct_row(item, columns) for item in items]
        self._replace(table, day, rows, columns)
        return len(rows)

    def load(self, table: str, day: str, kind: type[Any]) -> list[Any]:
        """Read computed structs back; a day that was not computed has none."""
        decoder = msgspec.json.Decoder(kind)
        return [
            decoder.decode(row["document"])
            for path in self.parts(table, day)
            for row in read_parquet(path)
        ]

    def _replace(
        self, table: str, day: str, rows: Sequence[Row], columns: Sequence[Column]
    ) -> None:
        write_parquet(self.folder(table, day) / "part-all.parquet", rows, columns)


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


def _struct_row(item: msgspec.Struct, columns: Sequence[Column]) -> dict[str, Any]:
    flat = _flat_values(item)
    row = {column.name: flat.get(column.name) for column in columns[:-1]}
    return row | {"document": msgspec.json.encode(item).decode()}


def _flat_values(item: msgspec.Struct, prefix: str = "") -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in msgspec.structs.asdict(item).items():
        if isinstance(value, msgspec.Struct):
            values |= _flat_values(value, f"{prefix}{name}_")
        else:
            values[prefix + name] = value
    return values


def write_parquet(path: Path, rows: Sequence[Row], columns: Sequence[Column]) -> None:
    """Write rows under their final name in one step.

    Raises:
        InvariantBroken: An amount needs more than 38 digits.
        StorageFailed: The disk refuses.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(column.name, _arrow_type(column.kind)) for column in columns])
    arrays = [
        pa.array([_fitting(row.get(column.name), column) for row in rows], schema.field(i).type)
        for i, column in enumerate(columns)
    ]
    table = pa.Table.from_arrays(arrays, schema=schema)
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
    """Read one file; DECIMAL(38,0) comes back as int."""
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        return [_with_ints(row) for row in pq.read_table(file).to_pylist()]


def text_json(value: object) -> str:
    """Write a captured answer as JSON text with sorted keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode()


def _fitting(value: Any, column: Column) -> Any:  # noqa: ANN401 (a cell is of its column's type)
    if column.kind != WIDE or value is None:
        return value
    if abs(value) >= DECIMAL38_LIMIT:
        raise InvariantBroken("an amount of the books needs 38 digits at most", column=column.name)
    return int(value)


def _with_ints(row: dict[str, Any]) -> dict[str, Any]:
    from decimal import Decimal

    return {
        name: int(value) if isinstance(value, Decimal) else value for name, value in row.items()
    }


def _arrow_type(kind: str) -> pa.DataType:
    import pyarrow as pa

    return {
        TEXT: pa.string(),
        INT: pa.int64(),
        FLAG: pa.bool_(),
        WIDE: pa.decimal128(38, 0),
    }[kind]
