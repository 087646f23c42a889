"""A day's entries added up as columns: as few as there are kinds of them, with the same sums.

For whoever sums entries and looks at nothing else of them: what was posted on one account in one
asset for one cause and strategy is one entry here. Exact: DuckDB adds decimals of 38 digits and
refuses to overflow, and then the entries themselves are read. What is pending stays as it is, since
executions are told apart there.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pyarrow as pa

from domain.ledger.bitemporal import Booking
from domain.ledger.types import PENDING, Entry, Posting
from orchestration.day import BOOKINGS, ENTRIES, POSTINGS, Day
from orchestration.posting import BookedPosting
from orchestration.resources.arrow import is_one_of, where
from orchestration.resources.lake import struct_table

_STANDING = """
create or replace temp table standing as
with undone as (
    select unnest([reversal.booking_id, fact.booking_id]) as booking_id
    from log as reversal
    join log as fact
        on reversal.corrects = fact.booking_id and reversal.booked_ns = fact.booked_ns
)
select * from postings where booking_id not in (from undone)
"""
_WAITING = "select distinct entry_id from standing where starts_with(account, ?) order by all"
_SUMMED = """
select cause, strategy, account, asset, min(at_ns) as at_ns, sum(units) as units
from standing
where entry_id not in (select unnest($waiting))
group by cause, strategy, account, asset, at_ns >= $start_ns and at_ns < $end_ns
order by all
"""


def summed_entries(day: Day) -> list[Entry]:
    """Add a day's entries up by cause, strategy, account and asset, those within its span apart.

    Returns:
        Entries of one posting each, which do not balance, and what is pending as it is booked.
    """
    import duckdb

    start_ns, end_ns = day.span_ns
    with duckdb.connect() as connection:
        connection.register("log", _table(day, BOOKINGS, Booking))
        connection.register("postings", _table(day, POSTINGS, BookedPosting))
        connection.execute(_STANDING)
        waiting = [row[0] for row in connection.execute(_WAITING, [PENDING]).fetchall()]
        given = {"start_ns": start_ns, "end_ns": end_ns, "waiting": waiting}
        try:
            rows = connection.execute(_SUMMED, given).fetchall()
        except duckdb.OutOfRangeException:
            return day.lake.load(ENTRIES, day.name, Entry)
    return [*(_entry(*row) for row in rows), *_as_they_are(day, waiting)]


def _entry(
    cause: str, strategy: str, account: str, asset: str, at_ns: int, units: Decimal
) -> Entry:
    posting = Posting("", account, asset, int(units))
    return Entry("", at_ns, cause, strategy, "", "", "", "", (posting,))


def _as_they_are(day: Day, entry_ids: list[str]) -> list[Entry]:
    entries = _table(day, ENTRIES, Entry)
    chosen = where(entries, is_one_of(entries["entry_id"], entry_ids))
    decode = msgspec.json.Decoder(Entry).decode
    return [decode(document) for document in chosen["document"].to_pylist()]


def _table(day: Day, table: str, kind: type[msgspec.Struct]) -> pa.Table:
    found = day.lake.table(table, day.name)
    return struct_table(kind, []) if found is None else found
