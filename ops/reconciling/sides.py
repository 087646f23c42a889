"""One side laid down for the exact step: texts plain, times in nanoseconds, open rows readable.

The columns are in `docs/reconciliation.md`, how a file is opened in `source.py`, how
a cell is read in `cells.py`. Amounts are text, which alone holds an int256, unless
both sides have them as integers or decimals of one type. Nobody asks all rows whether they can be
read: what a readable row equals is readable, so the internal rows are asked as they are paired, and
those that find no equal are read one by one.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours; values of files are never)

from __future__ import annotations

from pathlib import Path

import duckdb

from domain.errors import InputRefused
from ops.reconciling.cells import (
    STATUSES,
    is_odd,
    odd_time,
    scaled_time,
    without_zeros,
    written_time,
    wrong,
)
from ops.reconciling.source import open_source
from ops.reconciling.sql import LEFT, OPEN, fingerprint, rendered

COLUMNS = (
    "id", "time_ns", "account", "asset", "amount", "fee_asset", "fee", "ref", "order_id", "kind",
    "status", "block", "price",
)  # fmt: skip
"""Of a side as laid down, in the order rows are read back."""
_SMALL = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
"""Integers that compare as 64 bits."""
_WHOLE = (*_SMALL, "UBIGINT", "HUGEINT", "UHUGEINT")
_NOTHING = "''"
_MARKED = ("is_by_ref", "match_key", "account", "asset", "amount", "fee_asset", "fee")


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
        self.source = open_source(database, f"{table}_file", path)
        self.types = self.source.types
        self.numbers: frozenset[str] = frozenset()

    def has(self, column: str) -> bool:
        """Ask whether the file has a column."""
        return column in self.types

    def rows(self) -> int:
        """Count the file's rows."""
        found = self.database.execute(f"select count(*) from {self.source.relation}").fetchall()
        return int(found[0][0])

    def lay(
        self, *, with_price: bool, is_plain: str, numbers: frozenset[str] = frozenset()
    ) -> None:
        """Make the view the models read.

        Args:
            with_price: Whether both files state prices, so that they compare.
            is_plain: SQL that says which readable rows a key alone may settle.
            numbers: Of amount and fee, those that compare as the numbers they are (`comparable`).
        """
        self.numbers = numbers
        self._read_odd_times()
        self._price = self._text("price") if with_price else _NOTHING
        self._is_plain = is_plain
        laid = self._laid(self.source.relation)
        self.database.execute(f"create view {self.table} as {laid}")

    def _laid(self, relation: str) -> str:
        """Give SQL for the rows of a relation that has the file's columns."""
        return (
            f"select *, {fingerprint(list(_MARKED))} as content_hash, "
            f"is_readable and {self._is_plain} as is_plain from (select line, "
            f"{self._text('id')} as id, {self._time()} as time_ns, "
            f"{self._text('account')} as account, {self._text('asset')} as asset, "
            f"{self._number('amount')} as amount, {self._fee_asset()} as fee_asset, "
            f"{self._fee()} as fee, {self._text('ref')} as ref, {self._text('order')} as order_id, "
            f"{self._lower('kind')} as kind, {self._lower('status')} as status, "
            f"{self._text('block')} as block, {self._price} as price, "
            f"{self._has_ref()} as is_by_ref, {self._key()} as match_key, "
            f"{self._is_readable()} as is_readable from {relation} f)"
        )

    def take_open(self) -> None:
        """Keep the rows the exact step left, and refuse the file if any is unreadable.

        Raises:
            InputRefused: A row has no id or asset, or a time, amount or fee that is none.
        """
        chosen = rendered(OPEN[self.table], {}, sources={self.table: self.source.relation})
        self.database.execute(f"create table {self.table}_open_file as {chosen}")
        self._refuse_rows(f"{self.table}_open_file")
        laid = self._laid(f"{self.table}_open_file")
        self.database.execute(f"create table {OPEN[self.table]} as {laid}")

    def read_laid(self, lines: str) -> str:
        """Give SQL for the rows whose numbers are in a table, without laying down any other."""
        self.database.execute(
            f"create or replace table {self.table}_like_file as select f.* "
            f"from {self.source.relation} f semi join {lines} using (line)"
        )
        return self._laid(f"{self.table}_like_file")

    def _is_odd(self) -> str:
        """Give SQL that asks whether a row has to be read one by one."""
        own = [f"{self._time()} is null", f"{self._lower('status')} not in {STATUSES}"]
        return _any([self._lacks_id(), *own, *self._misread()])

    def _is_readable(self) -> str:
        """Give SQL that asks what nothing else of the exact step asks before a key may settle."""
        misread = self._misread() if self.table == LEFT else []
        return f"not ({_any([self._lacks_id(), *misread])})"

    def _lacks_id(self) -> str:
        return "false" if "id" in self.source.filled else f"{self._text('id')} = ''"

    def _misread(self) -> list[str]:
        """Ask what an equal row of the other side would vouch for."""
        asked = [
            "false" if "asset" in self.source.filled else f"{self._text('asset')} = ''",
            'f."amount" is null' if self._is_number("amount") else is_odd(self._text("amount")),
        ]
        stated = [name for name in ("fee", "price") if self.has(name) and not self._is_number(name)]
        return asked + [f"{text} <> '' and {is_odd(text)}" for text in map(self._text, stated)]

    def _has_ref(self) -> str:
        return "true" if "ref" in self.source.filled else f"({self._text('ref')} <> '')"

    def _key(self) -> str:
        """Give SQL for the ref, or the id where there is none; no row is asked without need."""
        ref, id_ = self._text("ref"), self._text("id")
        if ref == _NOTHING or "ref" in self.source.filled:
            return id_ if ref == _NOTHING else ref
        return f"case when {ref} <> '' then {ref} else {id_} end"

    def _text(self, column: str) -> str:
        if not self.has(column):
            return _NOTHING
        read = f'f."{column}"'
        if self.types[column] != "VARCHAR":
            read += "::varchar"
        if column not in self.source.stated:
            read = f"coalesce({read}, '')"
        return f"trim({read})" if self.source.is_csv else read

    def _lower(self, column: str) -> str:
        return f"lower({self._text(column)})" if self.has(column) else _NOTHING

    def _is_number(self, column: str) -> bool:
        """Ask whether a column needs no reading: it is of a type that holds numbers alone."""
        kind = self.types.get(column, "")
        return kind in _WHOLE or kind.startswith("DECIMAL")

    def _number(self, column: str) -> str:
        if column in self.numbers:
            return f'f."{column}"'
        text = self._text(column)
        return text if self.types.get(column) in _WHOLE else without_zeros(text)

    def _fee(self) -> str:
        if not self.has("fee"):
            return "'0'"
        if "fee" in self.numbers:
            return 'coalesce(f."fee", 0)'
        number = self._number("fee")
        return f"case when {number} in ('', '-0') then '0' else {number} end"

    def _fee_asset(self) -> str:
        """Give SQL for what a fee is in: nothing where a fee of 0 is stated."""
        text = self._text("fee_asset")
        if text == _NOTHING or not self.has("fee"):
            return _NOTHING
        if "fee" in self.numbers:
            return f"case when {self._fee()} = 0 then '' else {text} end"
        return f"case when {self._number('fee')} in ('', '0', '-0') then '' else {text} end"

    def _time(self) -> str:
        kind = self.types["time"]
        if kind.startswith("TIMESTAMP"):
            return 'epoch_ns(f."time")'
        if kind == "DATE":
            return 'epoch_ns(f."time"::timestamp)'
        if kind in _WHOLE:
            return scaled_time('try_cast(f."time" as bigint)')
        text = self._text("time")
        odd = f"(select o.time_ns from {self.table}_odd o where o.written = {text})"
        return f"coalesce({written_time(text)}, {odd})"

    def _read_odd_times(self) -> None:
        self.database.execute(f"create table {self.table}_odd (written varchar, time_ns bigint)")
        kind = self.types["time"]
        if kind.startswith("TIMESTAMP") or kind == "DATE" or kind in _WHOLE:
            return
        text = self._text("time")
        rows = self.database.execute(
            f"select distinct {text} from {self.source.relation} f "
            f"where {text} <> '' and {written_time(text)} is null"
        ).fetchall()
        read = [(written, ns) for (written,) in rows if (ns := odd_time(written)) is not None]
        if read:
            self.database.execute(
                f"insert into {self.table}_odd select unnest(?), unnest(?)",
                [[written for written, _ in read], [ns for _, ns in read]],
            )

    def _refuse_rows(self, relation: str) -> None:
        """Read one by one what SQL could not, and refuse the first row that nobody can."""
        fee = f"case when {self._text('fee')} = '' then '0' else {self._text('fee')} end"
        rows = self.database.execute(
            f"select line + 1 as n, {self._text('id')}, {self._time()}, {self._text('asset')}, "
            f"{self._text('amount')}, {fee}, {self._lower('status')}, {self._text('price')} "
            f"from {relation} f where {self._is_odd()} order by n"
        )
        while row := rows.fetchone():
            number, *cells = row
            if say := wrong(cells):
                raise InputRefused(say, file=self.path, row=number, id=cells[0])


def _any(asked: list[str]) -> str:
    return " or ".join(f"({one})" for one in asked)


def comparable(left: Side, right: Side) -> frozenset[str]:
    """Say which of amount and fee both sides have as numbers that compare exactly as they are."""
    return frozenset(
        name
        for name in ("amount", "fee")
        if (kinds := {left.types.get(name, ""), right.types.get(name, "")}) <= set(_SMALL)
        or (len(kinds) == 1 and kinds.pop().startswith(("DECIMAL", "HUGEINT")))
    )
