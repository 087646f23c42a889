"""A file of one side laid down for the exact step: columns found, texts plain, every row readable.

CSV or Parquet; the columns are in `docs/reconciliation.md`. SQL reads what is written plainly, and
a value it cannot read is read one by one here or refused with the number of its row. Amounts stay
text: no number type of a file holds an int256.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours; values of files are never)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from domain.clock import SECOND_NS
from domain.errors import InputRefused
from ops.lot_row import read_number, read_time
from ops.reconcile_sql import fingerprint

NEEDED = ("id", "time", "asset", "amount")
OPTIONAL = ("account", "fee_asset", "fee", "ref", "order", "kind", "status", "block", "price")
COLUMNS = (
    "id", "time_ns", "account", "asset", "amount", "fee_asset", "fee", "ref", "order_id", "kind",
    "status", "block", "price",
)  # fmt: skip
"""Of a side as laid down, in the order rows are read back."""
_FLOATS = ("FLOAT", "DOUBLE")
_PLAIN = r"[+-]?[0-9]{1,78}([.][0-9]{0,78})?"
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+]00:00)?"
_LAST = 9_200_000_000
"""Seconds that still fit 64 bits as nanoseconds; as milliseconds, it is April 1970."""
_MARKED = ("is_by_ref", "match_key", "account", "asset", "amount", "fee_asset", "fee")
_STATUSES = ("", "reverted", "pending", "reorged", "amended", "busted", "late")


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
        self._refuse_columns()

    def has(self, column: str) -> bool:
        """Ask whether the file has a column."""
        return column in self.types

    def _described(self) -> Mapping[str, str]:
        if not self.path.is_file():
            raise InputRefused("give a CSV or Parquet file that exists", file=self.path)
        file = str(self.path).replace("'", "''")
        made = f"create view {self.table}_file as select * from read_parquet('{file}')"
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
        """Make the table the models read, and refuse the file if any row is unreadable.

        Args:
            with_price: Whether both files state prices, so that they compare.
            is_plain: SQL that says which rows a key alone may settle.

        Raises:
            InputRefused: A row has no id or asset, or a time, amount or fee that is none.
        """
        self._read_odd_times()
        price = self._text("price") if with_price else "''"
        key = "ref <> '' as is_by_ref, case when ref <> '' then ref else id end as match_key"
        mark = fingerprint(list(_MARKED))
        no_fee = "(fee = '0' and is_fee_stated)"
        self.database.execute(
            f"create view {self.table} as select *, {mark} as content_hash, {is_plain} as is_plain "
            f"from (select * replace (case when {no_fee} then '' else fee_asset end as fee_asset), "
            f"{key} from (select {self._text('id')} as id, {self._time()} as time_ns, "
            f"{self._text('account')} as account, {self._text('asset')} as asset, "
            f"{self._number('amount')} as amount, {self._text('fee_asset')} as fee_asset, "
            f"{self._fee()} as fee, {self._text('fee')} <> '' as is_fee_stated, "
            f"{self._text('ref')} as ref, {self._text('order')} as order_id, "
            f"{self._lower('kind')} as kind, {self._lower('status')} as status, "
            f"{self._text('block')} as block, {price} as price from {self.table}_file f))"
        )
        self._refuse_rows()

    def _text(self, column: str) -> str:
        if not self.has(column):
            return "''"
        read = f'f."{column}"'
        if self.types[column] != "VARCHAR":
            read += "::varchar"
        return f"coalesce({read if self.is_parquet else f'trim({read})'}, '')"

    def _lower(self, column: str) -> str:
        return f"lower({self._text(column)})" if self.has(column) else "''"

    def _number(self, column: str) -> str:
        text = self._text(column)
        kind = self.types.get(column, "")
        if "INT" in kind:
            return text
        return (
            f"case when contains({text}, '.') then rtrim(rtrim({text}, '0'), '.') else {text} end"
        )

    def _fee(self) -> str:
        if not self.has("fee"):
            return "'0'"
        number = self._number("fee")
        return f"case when {number} in ('', '-0') then '0' else {number} end"

    def _time(self) -> str:
        kind = self.types["time"]
        if kind.startswith("TIMESTAMP") or kind == "DATE":
            return 'epoch_ns(f."time")' if kind != "DATE" else 'epoch_ns(f."time"::timestamp)'
        if "INT" in kind:
            return _scaled('f."time"::bigint')
        odd = f'(select o.time_ns from {self.table}_odd o where o.written = f."time"::varchar)'
        return f"coalesce({_written_time(self._text('time'))}, {odd})"

    def _read_odd_times(self) -> None:
        self.database.execute(f"create table {self.table}_odd (written varchar, time_ns bigint)")
        kind = self.types["time"]
        if kind.startswith("TIMESTAMP") or kind == "DATE" or "INT" in kind:
            return
        rows = self.database.execute(
            f'select distinct f."time"::varchar from {self.table}_file f '
            f'where f."time" is not null '
            f"and {_written_time(self._text('time'))} is null"
        ).fetchall()
        read = [(text, ns) for (text,) in rows if (ns := _odd_time(text)) is not None]
        if read:
            self.database.executemany(f"insert into {self.table}_odd values (?, ?)", read)

    def _refuse_rows(self) -> None:
        """Look for a row nobody could read; its number is looked up only when there is one."""
        count = self.database.execute(
            f"select count(*) from {self.table} where {_UNREADABLE}"
        ).fetchone()
        if not count or not count[0]:
            return
        rows = self.database.execute(
            f"select * from (select row_number() over () as n, id, time_ns, asset, amount, fee, "
            f"status, price from {self.table}) where {_UNREADABLE} order by n"
        ).fetchall()
        for number, *cells in rows:
            say = _wrong(cells)
            if say:
                raise InputRefused(say, file=self.path, row=number, id=cells[0])


_UNREADABLE = (
    f"id = '' or asset = '' or time_ns is null or not regexp_full_match(amount, '{_PLAIN}') "
    f"or not regexp_full_match(fee, '{_PLAIN}') or price <> '' "
    f"or status not in {_STATUSES}"
)


def _wrong(cells: list[object]) -> str:
    """Say what is wrong with a row SQL could not read; "" when it is only written unusually."""
    id_, time_ns, asset, amount, fee, status, price = cells
    if not id_ or not asset:
        return f"give every row {'an id' if not id_ else 'an asset'}"
    if time_ns is None:
        return "write time as 2024-01-31T12:00:00Z or as a number since 1970"
    if status not in _STATUSES:
        return f"write status as one of {', '.join(_STATUSES[1:])}, or nothing"
    try:
        read_number(str(amount), "amount")
        read_number(str(fee), "fee")
        for part in str(price).split("/", 1) if price else ():
            read_number(part.strip(), "price")
    except InputRefused as error:
        return f"{error.sentence}, not {error.context.get('got')}"
    return ""


def _written_time(text: str) -> str:
    """Give SQL for a time written as digits since 1970 or as ISO 8601 in UTC; null for others."""
    digits = f"try_cast({text} as bigint)"
    bare = f"replace(rtrim(replace({text}, '+00:00', 'Z'), 'Z'), 'T', ' ')"
    return (
        f"case when regexp_full_match({text}, '[0-9]{{1,19}}') then {_scaled(digits)} "
        f"when regexp_full_match({text}, '{_ISO}') "
        f"then epoch_ns(try_cast({bare} as timestamp_ns)) end"
    )


def _scaled(number: str) -> str:
    """Give SQL for nanoseconds from whichever unit puts the number before 2261."""
    return (
        f"(case when {number} < {_LAST} then {number} * {SECOND_NS} "
        f"when {number} < {_LAST}000 then {number} * 1000000 "
        f"when {number} < {_LAST}000000 then {number} * 1000 else {number} end)"
    )


def _odd_time(text: str) -> int | None:
    try:
        return read_time(text.strip()).ns
    except InputRefused:
        return None


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
