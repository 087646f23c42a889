"""One row of a ledger as it is written: instants and decimals without loss, one cell at a time.

A cell that is not what its column says is refused in a sentence that says how to write it; which
row of which file that was is the reader's to add (`ops/lots/file.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

from domain.clock import DAY_NS, SECOND_NS
from domain.errors import InputRefused
from domain.lots.types import Kind

_KINDS = {
    kind.value: kind
    for kind in (Kind.BUY, Kind.SELL, Kind.FEE, Kind.TRANSFER_OUT, Kind.TRANSFER_IN)
}
_TRADES = (Kind.BUY, Kind.SELL)
_DISPOSALS = (Kind.SELL, Kind.FEE)
_DIGITS = 90
"""A uint256 has 78 digits; longer text is not an amount."""
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,2}))?")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,]([0-9]{1,9}))?)?"
    r" ?(?:Z|z|UTC|([+-])(0[0-9]|1[0-4])(?::?([0-5][0-9]))?)?"
)
_SINCE_1970 = re.compile(r"([0-9]{1,19})(?:\.([0-9]{1,9}))?")
_EPOCH = date(1970, 1, 1).toordinal()
LAST_SECOND = 9_200_000_000
"""Seconds that still fit 64 bits as nanoseconds; as milliseconds, it is April 1970."""


class Number(NamedTuple):
    """A decimal number as written: digits x 10^-decimals."""

    digits: int
    decimals: int

    def at(self, decimals: int) -> int:
        """Give the number as an integer at a scale that holds all its decimals."""
        return self.digits * 10 ** (decimals - self.decimals)


ZERO = Number(0, 0)


class Instant(NamedTuple):
    """A time as written: a calendar's, or a bare number since 1970."""

    ns: int
    is_number: bool


class LedgerRow(NamedTuple):
    """One row, each cell understood."""

    time: Instant
    kind: Kind
    asset: str
    quantity: Number
    unit_price: Number
    fee: Number
    wallet: str
    id: str
    lots: tuple[tuple[str, Number], ...] = ()
    """Of a disposal: so much of that lot, by id."""


def read_row(cells: Mapping[str, str]) -> LedgerRow:
    """Understand the cells of one row, by column.

    Raises:
        InputRefused: A cell is not what its column says.
    """
    kind = _kind(cells["kind"])
    row = LedgerRow(
        read_time(cells["time"]),
        kind,
        cells["asset"],
        read_number(cells["quantity"], "quantity"),
        _price(cells["unit_price"], kind),
        read_number(cells["fee"], "fee") if cells["fee"] else ZERO,
        cells["wallet"],
        cells["id"],
        _lots(cells.get("lots", "")),
    )
    _refuse_impossible(row)
    return row


def read_number(text: str, column: str) -> Number:
    """Read a decimal number, every digit kept; an exponent is understood.

    Raises:
        InputRefused: It is not a plain finite number.
    """
    whole, _, fraction = text.partition(".")
    plain = whole + fraction
    if plain.isascii() and plain.isdigit() and len(text) <= _DIGITS:
        return Number(int(plain), len(fraction))
    found = _NUMBER.fullmatch(text)
    if found is None or not (found[2] or found[3]) or len(text) > _DIGITS:
        raise InputRefused(f"write {column} as a plain decimal number", got=text[:_DIGITS])
    sign, exponent = found[1], int(found[4] or 0)
    digits, decimals = int(found[2] + (found[3] or "")), len(found[3] or "") - exponent
    if decimals < 0:
        digits, decimals = digits * 10**-decimals, 0
    return Number(-digits if sign == "-" else digits, decimals)


def read_time(text: str) -> Instant:
    """Read an instant: ISO 8601, in UTC where no offset is given, or a number since 1970.

    A number is in whichever unit of s, ms, us and ns puts it before 2261.

    Raises:
        InputRefused: It is neither, no day of the calendar, or finer than a nanosecond.
    """
    number, written = _SINCE_1970.fullmatch(text), _ISO.fullmatch(text)
    try:
        if number is not None:
            return Instant(_since_1970_ns(number[1], number[2] or ""), is_number=True)
        if written is not None:
            return Instant(_calendar_ns(written), is_number=False)
    except ValueError:
        pass
    raise InputRefused(
        "write time as 2024-01-31T12:00:00Z or as a number since 1970", got=text[:40]
    )


def _since_1970_ns(whole: str, fraction: str) -> int:
    unit_ns, number = SECOND_NS, int(whole)
    while number >= LAST_SECOND and unit_ns > 1:
        unit_ns, number = unit_ns // 1000, number // 1000
    ns, finer = divmod(int(whole + fraction) * unit_ns, 10 ** len(fraction))
    if finer or ns >= 1 << 63:
        raise ValueError
    return ns


def _calendar_ns(found: re.Match[str]) -> int:
    day, clock, fraction, sign, hours, minutes = found.groups()
    seconds = _second_of_day(clock or "00:00")
    if sign:
        ahead = int(hours) * 3600 + int(minutes or 0) * 60
        seconds += ahead if sign == "-" else -ahead
    return _day_ns(day) + seconds * SECOND_NS + _fraction_ns(fraction)


@lru_cache(maxsize=1024)
def _day_ns(day: str) -> int:
    return (date.fromisoformat(day).toordinal() - _EPOCH) * DAY_NS


@lru_cache(maxsize=86_400)
def _second_of_day(clock: str) -> int:
    at = time.fromisoformat(clock)
    return at.hour * 3600 + at.minute * 60 + at.second


def _fraction_ns(digits: str | None) -> int:
    return int((digits or "0").ljust(9, "0"))


def _kind(text: str) -> Kind:
    kind = _KINDS.get(text.lower())
    if kind is None:
        raise InputRefused(f"write kind as one of {', '.join(_KINDS)}", got=text[:40])
    return kind


def _price(text: str, kind: Kind) -> Number:
    if not text and kind not in _TRADES:
        return ZERO
    return read_number(text, "unit_price")


def _lots(text: str) -> tuple[tuple[str, Number], ...]:
    """Read which lots a disposal names: ``b1:0.5; b2:1``."""
    named = [part.strip().rpartition(":") for part in text.split(";")] if text else []
    if not all(lot_id for lot_id, _, _ in named):
        raise InputRefused("write lots as id:quantity, several apart by a semicolon", got=text[:40])
    return tuple(
        (lot_id.strip(), read_number(quantity.strip(), "a lot's quantity"))
        for lot_id, _, quantity in named
    )


def _refuse_impossible(row: LedgerRow) -> None:
    if not row.asset:
        raise InputRefused("name the asset")
    if not row.id:
        raise InputRefused("give the row an id, so that its lot or disposal can be named")
    is_nothing = row.quantity.digits == 0 and row.kind is not Kind.FEE
    if row.quantity.digits < 0 or is_nothing:
        raise InputRefused("write quantity as more than 0: the kind says the direction", id=row.id)
    if row.lots and row.kind not in _DISPOSALS:
        raise InputRefused("name lots in a sell or a fee alone", id=row.id)
    if row.unit_price.digits < 0:
        raise InputRefused("write unit_price as 0 or more", id=row.id)
