"""A ledger as CSV, read as facts, and the scales that keep every digit of it.

Columns, in any order: time, kind, asset, quantity, unit_price and id; fee, wallet and lots where
the ledger has them. Quantities and prices become integers at the scale the file needs. Money has a
scale at which every product of the file is whole and a fee's share ends if it ends at all, and
never fewer than `PLACES` digits: only what has no end is cut there, and the engine keeps the
remainder. What a cell may hold is in `ops/lots/row.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from domain.errors import InputRefused
from domain.lots.types import Fact, Kind, Pick
from ops.lots.row import LedgerRow, read_row

COLUMNS = ("time", "kind", "asset", "quantity", "unit_price", "fee", "wallet", "id")
OPTIONAL = ("fee", "wallet", "lots")
"""What a file may be without; `lots` names those a disposal is to use up."""
PLACES = 36
"""Digits of money after the point where an endless share is cut, if the file needs no more."""


class _Seen:
    """What a later row may not repeat or contradict."""

    def __init__(self) -> None:
        self._ids: set[tuple[Kind, str, str]] = set()
        self._clocks: set[bool] = set()

    def add(self, row: LedgerRow) -> None:
        self._clocks.add(row.time.is_number)
        if len(self._clocks) > 1:
            raise InputRefused("write all times in one form: calendar or numbers", id=row.id)
        key = (row.kind, row.asset, row.id)
        if key in self._ids:
            raise InputRefused(f"write each {row.kind.value} of an asset once", id=row.id)
        self._ids.add(key)


class Ledger(NamedTuple):
    """A file's facts and the scales of their integers."""

    facts: list[Fact]
    quantity_decimals: int
    money_decimals: int


def read_ledger(path: Path) -> Ledger:
    """Read a ledger.

    Raises:
        InputRefused: It is absent, not CSV of these columns, or one of its rows is malformed or
            repeats another; the row is named, the first below the header being row 1.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(file))
    except (OSError, UnicodeError) as error:
        raise InputRefused("give a readable CSV file in UTF-8", file=path) from error
    except InputRefused as error:
        raise InputRefused(error.sentence, file=path, **error.context) from error
    return _ledger(rows)


def _rows(file: TextIO) -> Iterator[LedgerRow]:
    reader = csv.reader(file, strict=True)
    seen = _Seen()
    try:
        names = _header(next(reader, []))
        for number, cells in enumerate(filter(_is_filled, reader), 1):
            try:
                row = read_row(_named(names, cells))
                seen.add(row)
            except InputRefused as error:
                where = {"row": number, "line": reader.line_num}
                raise InputRefused(error.sentence, **where, **error.context) from error
            if row.quantity.digits:
                yield row
    except csv.Error as error:
        raise InputRefused(f"mend the CSV: {error}", line=reader.line_num) from error


def _is_filled(cells: Sequence[str]) -> bool:
    """Ask whether a line has a word; spreadsheets end with lines of commas alone."""
    return any(map(str.strip, cells))


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    needed, known = set(COLUMNS) - set(OPTIONAL), {*COLUMNS, *OPTIONAL}
    if len(set(names)) < len(names) or not needed <= set(names) <= known:
        raise InputRefused(
            f"begin the file with the columns {','.join(COLUMNS)}, each once; fee and wallet may be"
            " left out, and lots added"
        )
    return names


def _named(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) != len(names):
        raise InputRefused(f"give every row {len(names)} cells", got=len(cells))
    return dict.fromkeys(OPTIONAL, "") | dict(zip(names, map(str.strip, cells), strict=True))


def _ledger(rows: Sequence[LedgerRow]) -> Ledger:
    amounts = (one for row in rows for one in (row.quantity, *(part for _, part in row.lots)))
    quantity = max((amount.decimals for amount in amounts), default=0)
    price = max((row.unit_price.decimals for row in rows), default=0)
    shared = (row.fee.decimals + _ending(row.quantity.at(quantity)) for row in rows if row.fee[0])
    money = max(PLACES, quantity + price, *shared)
    return Ledger([_fact(row, quantity, price, money) for row in rows], quantity, money)


def _fact(row: LedgerRow, quantity: int, price: int, money: int) -> Fact:
    quantity_units, price_units = row.quantity.at(quantity), row.unit_price.at(price)
    return Fact(
        row.time.ns,
        row.kind,
        row.asset,
        quantity_units,
        quantity_units * price_units * 10 ** (money - quantity - price),
        row.fee.at(money),
        price_units,
        row.wallet,
        row.id,
        tuple(Pick(lot_id, part.at(quantity), row.time.ns) for lot_id, part in row.lots),
    )


def _ending(units: int) -> int:
    """How many more digits a number may need when divided by this, if the division ends."""
    return max(_power(units, 2), _power(units, 5))


def _power(units: int, prime: int) -> int:
    count = 0
    while units % prime == 0:
        units //= prime
        count += 1
    return count
