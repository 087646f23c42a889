"""The ledger by what is new: what a look adds to the book, and how the book then reads.

What settled is compared, row by row of its tables, with what was booked last (`kept.py`); entries
are built of rows that differ alone, and the book is asked about those facts alone. The book itself
is appended only, so whatever is made of it says how far it had read and goes on from there. Without
a fitting state all rows differ and nothing was read: the same code then books and reads the whole
day. What a booking is says `domain.ledger`.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec
import orjson
import pyarrow as pa

from domain.clock import day_bounds_ns
from domain.ledger.bitemporal import (
    Booking,
    book,
    entries_booked,
    entry_of,
    facts_standing,
    notices_of,
)
from domain.ledger.build import entries_of
from domain.ledger.types import CORRECTION, PENDING_CAUSE, PRIOR_PERIOD, Entry
from orchestration.closing.periods import period_marks
from orchestration.day import BOOKINGS, ENTRIES, POSTINGS, Day
from orchestration.incremental import appended
from orchestration.incremental.appended import Rows
from orchestration.incremental.kept import keep, kept, rules_digest, seal_of
from orchestration.reading.movements import (
    BOOKED_BY_SUBJECT,
    LEGS,
    MOVEMENTS,
    SUBJECTS,
    TABLES,
    load_settlement,
)
from orchestration.resources.arrow import (
    digest_of,
    is_one_of,
    one_below_the_other,
    ordered_by,
    pc,
    where_not,
)
from orchestration.resources.lake import struct_table

BOOKED = "kept_ledger__rows_booked"
_ASKED = ["fact_at_ns", "fact_subject", "fact_entry_id", "known_ns"]
_READ_ON = ["booking_id", "fact_entry_id"]
"""Columns of the book that it is asked about, and that are read on in."""
_READ = b"read"
_SETTLED = f"""
create or replace temp table rows_settled as
select subject, md5(document) as digest from (
    select leg_id as subject, document, at_ns from legs
    union all
    select if(movement in {BOOKED_BY_SUBJECT}, subject, movement_id), document, at_ns from movements
) where at_ns >= ? and at_ns < ? order by all
"""
"""What settled by the subject of the entries it is booked as."""


class BookedPosting(msgspec.Struct, frozen=True):
    """One posting with the entry it belongs to; positive is received by the account.

    Args:
        at_ns: The instant it counts at; the first of the open period where the day was locked.
        happened_ns: When it happened.
        known_ns: When the books learned it.
    """

    entry_id: str
    account: str
    asset: str
    units: int
    at_ns: int
    cause: str
    strategy: str
    venue: str
    execution_id: str
    correlation_id: str
    evidence: str
    booking_id: str
    happened_ns: int
    known_ns: int


# --- what is learned ------------------------------------------------------------------------------


def learn_new(day: Day, rows: pa.Table, others: Sequence[Entry], now_ns: int) -> list[Booking]:
    """Work out what a day's settlement adds to the book, as `bookings.learn` does of all facts.

    Args:
        day: As it is settled now.
        rows: What settled, as :func:`rows_settled` lists it.
        others: Every entry that books no row of the settlement: openings, corrections, what is
            pending.
        now_ns: When the view was made; never earlier than anything known.
    """
    changed, settled = _changed(rows, kept(day.home, BOOKED, day.name, _seal(day)))
    log = _log_about(day)
    subjects = log.table["fact_subject"]
    is_other = pc.invert(pc.is_in(subjects, value_set=settled))
    asked = pc.or_(is_other, is_one_of(subjects, changed))
    about, after = _bookings(log.where(asked)), [*_entries(day, changed), *others]
    beside = _posted_already(log.where(pc.invert(asked)), facts_standing(about), after)
    before, after = facts_standing([*about, *beside]), [*after, *facts_standing(beside)]
    known_ns = max([now_ns, *(ns + 1 for ns in _last(log.table["known_ns"]))])
    notices = notices_of(before, after, known_ns)
    return book(notices, period_marks(day.home), [*about, *beside])


def remember_booked(day: Day, rows: pa.Table) -> None:
    """Remember what of the settlement is in the book, once it is there."""
    keep(day.home, BOOKED, day.name, rows, _seal(day))


def rows_settled(day: Day) -> pa.Table:
    """List what settled within a day, by subject, with a digest of what it says."""
    import duckdb

    with duckdb.connect() as connection:
        for name, table in (("legs", LEGS), ("movements", MOVEMENTS)):
            names = ["at_ns", *SUBJECTS[table], "document"]
            found = day.lake.table(table, day.name, names)
            connection.register(name, struct_table(TABLES[table], []) if found is None else found)
        connection.execute(_SETTLED, list(day.span_ns))
        return connection.execute("from rows_settled").to_arrow_table()


def _changed(rows: pa.Table, before: pa.Table | None) -> tuple[list[str], pa.Array]:
    """Name the subjects that are booked otherwise or not yet, and all there are or were."""
    import duckdb

    stood = rows.slice(0, 0) if before is None else before
    with duckdb.connect() as connection:
        connection.register("now", rows)
        connection.register("stood", stood)
        changed = connection.execute(
            "select distinct subject from ((from now except from stood) union all "
            "(from stood except from now)) order by subject"
        ).fetchall()
    both = one_below_the_other([rows, stood])["subject"]
    return [row[0] for row in changed], both.unique()


def _entries(day: Day, subjects: Sequence[str]) -> Iterator[Entry]:
    """Build the entries of all rows of some subjects."""
    settlement = load_settlement(day.home, day.name, set(subjects))
    start_ns, end_ns = day.span_ns
    return (one for one in entries_of(settlement) if start_ns <= one.at_ns < end_ns)


def _log_about(day: Day) -> Rows:
    """List what is booked of a day's facts, wherever it counts, in the order it became known."""
    start_ns, end_ns = day_bounds_ns(day.name)
    later = [one for one in day.lake.days(BOOKINGS) if one >= day.name]
    parts = [path for one in later for path in day.lake.parts(BOOKINGS, one)]
    log = Rows.read(parts, _ASKED, struct_table(Booking, []).schema)
    at_ns = log.table["fact_at_ns"]
    return log.where(pc.and_(pc.greater_equal(at_ns, start_ns), pc.less(at_ns, end_ns)))


def _posted_already(log: Rows, before: Iterable[Entry], after: Iterable[Entry]) -> list[Booking]:
    """Read the bookings of what is booked for good and was pending until now."""
    ids = {one.entry_id for one in after}
    gone = {one.subject for one in before if one.cause == PENDING_CAUSE and one.entry_id not in ids}
    return _bookings(log.where(is_one_of(log.table["fact_entry_id"], gone - ids)))


def _bookings(log: Rows) -> list[Booking]:
    decode = msgspec.json.Decoder(Booking).decode
    found = [decode(document) for document in log.documents()]
    return sorted(found, key=lambda one: one.known_ns)  # stable: a partition keeps its order


def _last(known_ns: pa.ChunkedArray) -> list[int]:
    last = pc.max(known_ns).as_py()
    return [] if last is None else [last]


def _seal(day: Day) -> str:
    later = [one for one in day.lake.days(BOOKINGS) if one > day.name]
    written = [path.read_bytes() for one in later for path in day.lake.parts(BOOKINGS, one)]
    digests = [sha256(content).hexdigest() for content in written]
    return seal_of(day.home, day.name, [BOOKINGS], *digests)


# --- how the book reads ---------------------------------------------------------------------------


def read_entries(day: Day) -> int:
    """Write the entries of a day by what is known now, going on from where they were read to."""
    log, old = _book(day), day.lake.table(ENTRIES, day.name)
    done = 0 if old is None else _done(log, old.schema.metadata or {})
    touched = log.table["fact_entry_id"].slice(done).unique().to_pylist()
    if done and old is not None and not touched:
        return int(old.num_rows)
    about = log.where(is_one_of(log.table["fact_entry_id"], touched))
    new = struct_table(Entry, entries_booked(_bookings(about)))
    if done and old is not None:
        new = one_below_the_other([where_not(old, _is_about(old, touched)), new])
    rows = ordered_by(new, ("at_ns", "entry_id"))
    day.lake.put(ENTRIES, day.name, rows.replace_schema_metadata(_has_read(log)))
    return int(rows.num_rows)


def _is_about(rows: pa.Table, facts: Sequence[str]) -> pa.ChunkedArray:
    """Ask of each entry whether it is one of some facts, or books one of them again.

    Whatever is pending names the fact it will be too, and is none of its bookings.
    """
    is_again = is_one_of(rows["cause"], (CORRECTION, PRIOR_PERIOD))
    books = pc.and_(is_again, is_one_of(rows["subject"], facts))
    return pc.or_(is_one_of(rows["entry_id"], facts), books)


def read_postings(day: Day) -> int:
    """Write each booking's postings out, one a row, going on from where they were read to."""
    log = _book(day)
    done = _done(log, appended.said_of(day.lake, POSTINGS, day.name))
    fresh = _bookings(Rows(log.table.slice(done), log.paths))
    new = struct_table(BookedPosting, (one for booking in fresh for one in postings_of(booking)))
    write = appended.append if done else appended.begin
    write(day.lake, POSTINGS, day.name, new, _has_read(log))
    return appended.rows_in(day.lake, POSTINGS, day.name)


def _book(day: Day) -> Rows:
    parts = day.lake.parts(BOOKINGS, day.name)
    return Rows.read(parts, _READ_ON, struct_table(Booking, []).schema)


def _done(log: Rows, said: Mapping[bytes, bytes]) -> int:
    """Count the bookings that a table made of the book has seen; 0 if it has to be made anew."""
    read = orjson.loads(said.get(_READ, b"{}"))
    done = int(read.get("bookings", 0))
    return done if read == _told(log, done) else 0


def _has_read(log: Rows) -> dict[bytes, bytes]:
    return {_READ: orjson.dumps(_told(log, log.table.num_rows))}


def _told(log: Rows, bookings: int) -> dict[str, Any]:
    ids = log.table["booking_id"].slice(0, bookings)
    return {"bookings": len(ids), "digest": digest_of(ids), "rules": rules_digest()}


def postings_of(one: Booking) -> Iterator[BookedPosting]:
    """Write a booking out, one posting a row."""
    entry = entry_of(one)
    for posting in entry.postings:
        yield BookedPosting(
            *msgspec.structs.astuple(posting),
            at_ns=entry.at_ns,
            cause=entry.cause,
            strategy=entry.strategy,
            venue=entry.venue,
            execution_id=entry.execution_id,
            correlation_id=entry.correlation_id,
            evidence=entry.evidence,
            booking_id=one.booking_id,
            happened_ns=one.fact.at_ns,
            known_ns=one.known_ns,
        )
