"""Records of the journal by their numbers, as `explain` names them: one JSON object a line.

The last step of following a number back: what was written down, when it was heard, and the seal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from domain.clock import iso_utc
from domain.errors import InputRefused, JournalTampered
from domain.home import DeskHome
from journal.reader import JournalReader
from journal.record import Record


def print_records(home: DeskHome, seqs: Iterable[int]) -> None:
    """Print records; all of them are found before the first is printed.

    Raises:
        ConfigRefused: The desk has no journal.
        InputRefused: The journal does not go so far.
        JournalTampered: A record is printed that is not what was sealed, or one is missing.
    """
    with JournalReader(home.journal_db) as journal:
        records = [_record(journal, seq) for seq in seqs]
    for record in records:
        print(json.dumps(record_object(record)))  # noqa: T201 (the lines are a contract)
    broken = [record.seq for record in records if not _is_sealed(record)]
    if broken:
        raise JournalTampered(
            "these records are not what was sealed; restore the journal from a copy and keep this"
            " one as evidence",
            seqs=broken,
        )


def record_object(record: Record) -> dict[str, Any]:
    """Write a record as an object: its envelope, instants also for people, and the fact it keeps.

    Returns:
        The fields of `Record` with ``fact`` in place of the payload, ``observed_at``,
        ``recorded_at`` and ``is_sealed``: whether its hash is that of what it says.
    """
    told: dict[str, Any] = msgspec.structs.asdict(record)
    del told["payload"]
    return told | {
        "observed_at": iso_utc(record.observed_ns),
        "recorded_at": iso_utc(record.recorded_ns),
        "fact": _fact(record.payload),
        "is_sealed": _is_sealed(record),
    }


def _record(journal: JournalReader, seq: int) -> Record:
    head, _ = journal.head()
    if not 1 <= seq <= head:
        raise InputRefused(f"name records from 1 to {head}, which is the journal's last", got=seq)
    found = journal.read(seq - 1, limit=1, until_seq=seq)
    if not found:
        raise JournalTampered(
            "this record is missing; restore the journal from a copy and keep this one as evidence",
            seq=seq,
        )
    return found[0]


def _fact(payload: bytes) -> Any:  # noqa: ANN401 (JSON is what it is)
    """Read a payload; one that is no JSON any more is shown as it lies."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode()


def _is_sealed(record: Record) -> bool:
    try:
        return record.sealed().hash == record.hash
    except ValueError:  # the hash before it is no hash
        return False
