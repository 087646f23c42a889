"""A file of one side laid down for the exact step: columns found, texts plain, every row readable.

CSV or Parquet; the columns are in `docs/reconciliation.md`, how a cell is read in
`ops/reconcile_cells.py`. A survey of all rows comes first: it finds what nobody can read, and what
need not be asked of any row again. Amounts stay text: no number type of a file holds an int256.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours; values of files are never)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from domain.errors import InputRefused
from ops.reconcile_cells import (
    STATUSES,
    is_odd,
    odd_time,
    scaled_time,
    without_zeros,
    written_time,
    wrong,
)
from ops.reconcile_sql import fingerprint

NEEDED = ("id", "time", "asset", "amount")
OPTIONAL = ("account", "fee_asset", "fee", "ref", "order", "kind", "status", "block", "price")
COLUMNS = (
    "id", "time_ns", "account", "asset", "amount", "fee_asset", "fee", "ref", "order_id", "kind",
    "status", "block", "price",
)  # fmt: skip
"""Of a side as laid down, in the order rows are read back."""
_FLOATS = ("FLOAT", "DOUBLE")
_NOTHING = "''"
_MARKED = ("is_by_ref", "match_key", "account", "asset", "amount", "fee_asset", "fee")


class Survey(NamedTuple):
    """What all rows of a side were asked at one reading.

    Args:
        rows: How many there are.
        refs: How many have a ref.
        odd: How many SQL cannot read, or has to be told how.
        points: How many have a decimal point.
        free: How many may state a fee of 0.
    """

    rows: int
    refs: int
    odd: int
    points: int
    free: int


class Side:
    """One file and what its columns are.

    Args:
        database: Where it is read.
        table: What it is called there once laid down.
        path: The file.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
        self.database = database
        self.table = table
        self.path = path
        self.is_parquet = path.suffix.lower() in (".parquet", ".pq")
        self.types = self._described()
        self.survey = Survey(0, 0, 0, 0, 0)
        self._refuse_columns()

    def has(self, column: str) -> bool:
        """Ask whether the file has a column."""
        return column in self.types

    def _described(self) -> Mapping[str, str]:
        if not self.path.is_file():
            raise InputRefused("give a CSV or Parquet file that exists", file=self.path)
        file = str(self.path).replace("'", "''")
        made = (
            f"create view {self.table}_file as select *, file_row_number as line "
            f"from read_parquet('{file}', file_row_number=true)"
        )
        if not self.is_parquet:
            made = (
                f"create table {self.table}_file as select * from read_csv('{file}', header=true, "
                "all_varchar=true, delim=',', quote='\"', escape='\"', null_padding=false, "
                "strict_mode=true, nullstr='', auto_detect=false, columns="
                f"{_header(self.path)})"
            )
        try:
            self.database.execute(made)
            rows = self.database.execute(f"describe {self.table}_file").fetchall()
        except duckdb.Error as error:
            why = str(error).splitlines()[:2]
            raise InputRefused(f"mend the file: {' '.join(why)}", file=self.path) from error
        return {str(name).strip().lower(): str(kind) for name, kind, *_ in rows}

    def _refuse_columns(self) -> None:
        lacking = [name for name in NEEDED if name not in self.types]
        if lacking:
            raise InputRefused(f"give the file the columns {', '.join(lacking)}", file=self.path)
        for name in ("amount", "fee", "price"):
            if self.types.get(name) in _FLOATS:
                say = f"write {name} as text or a decimal: a float has lost digits already"
                raise InputRefused(say, file=self.path)

    def lay(self, *, with_price: bool, is_plain: str) -> None:
        """Make the view the models read, and refuse the file if any row is unreadable.

        Args:
            with_price: Whether both files state prices, so that they compare.
            is_plain: SQL that says which rows a key alone may settle.

        Raises:
            InputRefused: A row has no id or asset, or a time, amount or fee that is none.
        """
        self._read_odd_times()
        self.survey = self._surveyed()
        if self.survey.odd:
            self._refuse_rows()
        price = self._text("price") if with_price else "''"
        self.database.execute(
            f"create view {self.table} as select *, {fingerprint(list(_MARKED))} as content_hash, "
            f"{is_plain} as is_plain from (select {self._line()} as line, {self._text('id')} as id,"
            f" {self._time()} as time_ns, {self._text('account')} as account, "
            f"{self._text('asset')} as asset, {self._number('amount')} as amount, "
            f"{self._fee_asset()} as fee_asset, {self._fee()} as fee, {self._text('ref')} as ref, "
            f"{self._text('order')} as order_id, {self._lower('kind')} as kind, "
            f"{self._lower('status')} as status, {self._text('block')} as block, "
            f"{price} as price, {self._is_by_ref()} as is_by_ref, {self._key()} as match_key "
            f"from {self.table}_file f)"
        )

    def _surveyed(self) -> Survey:
        points = [f"contains({self._text(name)}, '.')" for name in ("amount", "fee")]
        found = self.database.execute(
            f"select count(*), count(*) filter ({self._text('ref')} <> ''), "
            f"count(*) filter ({self._is_odd()}), "
            f"count(*) filter ({' or '.join(points)}), "
            f"count(*) filter ({self._text('fee')} in ('', '0', '-0')) from {self.table}_file f"
        ).fetchall()
        return Survey(*found[0])

    def _is_odd(self) -> str:
        """Give SQL that asks whether a row has to be read one by one."""
        fee, price = self._text("fee"), self._text("price")
        asked = [
            f"{self._text('id')} = ''",
            f"{self._text('asset')} = ''",
            f"{self._time()} is null",
            f"{self._lower('status')} not in {STATUSES}",
            is_odd(self._text("amount")),
        ]
        asked += [f"({text} <> '' and {is_odd(text)})" for text in (fee, price) if text != _NOTHING]
        return " or ".join(asked)

    def _line(self) -> str:
        return "f.line" if self.is_parquet else "f.rowid"

    def _is_by_ref(self) -> str:
        is_all = self.survey.refs == self.survey.rows
        return "true" if is_all else f"({self._text('ref')} <> '')"

    def _key(self) -> str:
        """Give SQL for the ref, or the id where there is none; no row is asked without need."""
        ref, id_ = self._text("ref"), self._text("id")
        if self.survey.refs in (0, self.survey.rows):
            return ref if self.survey.refs else id_
        return f"case when {ref} <> '' then {ref} else {id_} end"

    def _text(self, column: str) -> str:
        if not self.has(column):
            return _NOTHING
        read = f'f."{column}"'
        if self.types[column] != "VARCHAR":
            read += "::varchar"
        return f"coalesce({read if self.is_parquet else f'trim({read})'}, '')"

    def _lower(self, column: str) -> str:
        return f"lower({self._text(column)})" if self.has(column) else _NOTHING

    def _number(self, column: str) -> str:
        text = self._text(column)
        return without_zeros(text) if self.survey.points else text

    def _fee(self) -> str:
        if not self.has("fee"):
            return "'0'"
        number = self._number("fee")
        if not self._some_free():
            return number
        return f"case when {number} in ('', '-0') then '0' else {number} end"

    def _fee_asset(self) -> str:
        """Give SQL for what a fee is in: nothing where a fee of 0 is stated."""
        text = self._text("fee_asset")
        if not self._some_free():
            return text
        number = self._number("fee")
        return f"case when {number} in ('0', '-0') then '' else {text} end"

    def _some_free(self) -> bool:
        return bool(self.survey.free or self.survey.points)

    def _time(self) -> str:
        kind = self.types["time"]
        if kind.startswith("TIMESTAMP") or kind == "DATE":
            return 'epoch_ns(f."time")' if kind != "DATE" else 'epoch_ns(f."time"::timestamp)'
        if "INT" in kind:
            return scaled_time('f."time"::bigint')
        odd = f'(select o.time_ns from {self.table}_odd o where o.written = f."time"::varchar)'
        return f"coalesce({written_time(self._text('time'))}, {odd})"

    def _read_odd_times(self) -> None:
        self.database.execute(f"create table {self.table}_odd (written varchar, time_ns bigint)")
        kind = self.types["time"]
        if kind.startswith("TIMESTAMP") or kind == "DATE" or "INT" in kind:
            return
        rows = self.database.execute(
            f'select distinct f."time"::varchar from {self.table}_file f '
            f'where f."time" is not null '
            f"and {written_time(self._text('time'))} is null"
        ).fetchall()
        read = [(text, ns) for (text,) in rows if (ns := odd_time(text)) is not None]
        if read:
            self.database.executemany(f"insert into {self.table}_odd values (?, ?)", read)

    def _refuse_rows(self) -> None:
        """Read one by one what SQL could not, and refuse the first row that nobody can."""
        fee = f"case when {self._text('fee')} = '' then '0' else {self._text('fee')} end"
        rows = self.database.execute(
            f"select {self._line()} + 1 as n, {self._text('id')}, {self._time()}, "
            f"{self._text('asset')}, {self._text('amount')}, {fee}, {self._lower('status')}, "
            f"{self._text('price')} from {self.table}_file f where {self._is_odd()} order by n"
        )
        while row := rows.fetchone():
            number, *cells = row
            if say := wrong(cells):
                raise InputRefused(say, file=self.path, row=number, id=cells[0])


def _header(path: Path) -> dict[str, str]:
    """Give the columns of a CSV file, all of them text."""
    import csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = [name.strip().lower() for name in next(csv.reader(file), [])]
    except (OSError, UnicodeError) as error:
        raise InputRefused("give a readable CSV file in UTF-8", file=path) from error
    if not names or len(set(names)) != len(names) or "" in names:
        raise InputRefused("name every column of the first line, each once", file=path)
    return dict.fromkeys(names, "VARCHAR")
