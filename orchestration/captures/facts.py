"""The journal into the lake: what is new since the cursor, cut by the UTC day it became durable.

Deciding anything about a fact does not belong here.
"""

from __future__ import annotations

from typing import Any

from domain.clock import day_bounds_ns
from domain.home import DeskHome
from journal.reader import JournalReader
from journal.record import Record
from journal.records import Fact, parse_payload
from orchestration.resources.arrow import is_one_of
from orchestration.resources.lake import Cursor, Lake
from orchestration.resources.lake_schema import FACTS

BATCH_RECORDS = 5_000
"""Bounds memory: a record is a few hundred bytes."""


def capture_facts(home: DeskHome, day: str) -> int:
    """Copy the day's new records into the lake.

    Returns:
        How many records were added.

    Raises:
        ConfigRefused: There is no journal yet.
    """
    lake, start_ns_end_ns = Lake(home), day_bounds_ns(day)
    with JournalReader(home.journal_db) as reader:
        position = _start(lake, day)
        until_seq = reader.head()[0]
        records: list[Record] = []
        while batch := reader.read(position, limit=BATCH_RECORDS, until_seq=until_seq):
            position = batch[-1].seq
            records += [r for r in batch if _is_within(r, start_ns_end_ns)]
            if batch[-1].recorded_ns >= start_ns_end_ns[1]:
                break
    last_seq = records[-1].seq if records else lake.cursor(FACTS.name, day).position
    lake.append(FACTS.name, day, [_row(record) for record in records], Cursor(last_seq))
    return len(records)


def day_facts(home: DeskHome, day: str, *kinds: type[Fact]) -> list[Fact]:
    """Read what a captured day's records of some kinds say, in sequence."""
    names = [kind.KIND for kind in kinds]
    rows = Lake(home).read(FACTS.name, day, lambda part: is_one_of(part["kind"], names))
    rows.sort(key=lambda row: row["seq"])
    return [parse_payload(row["kind"], row["payload"].encode()) for row in rows]


def _start(lake: Lake, day: str) -> int:
    earlier = [known for known in lake.days(FACTS.name) if known <= day]
    return max([0, *(lake.cursor(FACTS.name, known).position for known in earlier)])


def _is_within(record: Record, bounds_ns: tuple[int, int]) -> bool:
    return bounds_ns[0] <= record.recorded_ns < bounds_ns[1]


def _row(record: Record) -> dict[str, Any]:
    return {
        "seq": record.seq,
        "record_id": record.record_id,
        "kind": record.kind,
        "version": record.version,
        "correlation_id": record.correlation_id,
        "causation_id": record.causation_id,
        "venue_ns": record.venue_ns,
        "observed_ns": record.observed_ns,
        "recorded_ns": record.recorded_ns,
        "payload": record.payload.decode(),
        "prev_hash": record.prev_hash,
        "hash": record.hash,
    }
