"""What postings add up to, as columns: by booking, and by account beside what the entries say.

DuckDB adds up; no posting becomes an object. A sum is exact however large: wide amounts are added
in two halves of 19 digits. What a wrong sum means is the checks' to say.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from domain.ledger.types import Entry
from orchestration.day import ENTRIES, POSTINGS, Day
from orchestration.posting import BookedPosting
from orchestration.resources.lake import struct_table

_HALF = 10**19
_SHORT = "0 as high, sum(units) as low"
_LONG = f"""
    sum(units::hugeint // {_HALF}::hugeint) as high,
    sum(units::hugeint % {_HALF}::hugeint) as low
"""
_LONG_UNITS = 10**28
"""From here on a sum is made in halves: of amounts below, ten thousand million have 38 digits."""
_TOLD = """
    create temp table told as
    select posting.account, posting.asset, posting.units
    from (
        select unnest(from_json(document -> '$.postings',
            '[{"account": "VARCHAR", "asset": "VARCHAR", "units": "DECIMAL(38,0)"}]')) as posting
        from entries
    )
"""
Sums = dict[tuple[str, str], int]


class Off(msgspec.Struct, frozen=True):
    """What does not add up.

    Args:
        postings: How many there are.
        bookings: (booking, asset) -> the sum of its postings, where that is not 0.
        accounts: (account, asset) -> what postings sum to beyond the entries, where that is not 0.
    """

    postings: int
    bookings: Sums
    accounts: Sums


def postings_off(day: Day) -> Off:
    """Add up a day's postings, by booking and by account."""
    import duckdb

    with duckdb.connect() as connection:
        _tell(connection, "postings", day.lake.parts(POSTINGS, day.name), BookedPosting)
        _tell(connection, "entries", day.lake.parts(ENTRIES, day.name), Entry)
        connection.execute(_TOLD)
        bookings = _sums(connection, "select booking_id, asset, units from postings")
        booked = _sums(connection, "select account, asset, units from postings")
        told = _sums(connection, "from told")
        [(postings,)] = connection.execute("select count(*) from postings").fetchall()
    off = {key: booked.get(key, 0) - told.get(key, 0) for key in sorted({*booked, *told})}
    return Off(postings, bookings, {key: units for key, units in off.items() if units})


def _tell(connection: Any, name: str, parts: list[Path], kind: type[msgspec.Struct]) -> None:  # noqa: ANN401 (duckdb is imported late)
    if parts:
        connection.read_parquet([str(path) for path in parts]).create_view(name)
    else:
        connection.register(name, struct_table(kind, []))


def _sums(connection: Any, asked: str) -> Sums:  # noqa: ANN401 (duckdb is imported late)
    largest = connection.execute(f"select max(abs(units)) from ({asked})").fetchone()[0] or 0
    added = _SHORT if largest < _LONG_UNITS else _LONG
    found = connection.execute(
        f"select #1, #2, {added} from ({asked}) group by all having high <> 0 or low <> 0"
    ).fetchall()
    sums = {(name, asset): int(high) * _HALF + int(low) for name, asset, high, low in found}
    return {key: units for key, units in sorted(sums.items()) if units}
