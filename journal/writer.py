"""The one writer: facts in, sequence numbers out, after the disk has them.

Writing a fact twice is writing it once; another content under the same id is a conflict, of which
nothing is written. Several callers' batches share one commit, and each stands or falls by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from domain.clock import SECOND_NS, Clock
from domain.errors import JournalConflict
from domain.home import DeskHome
from journal import sql
from journal.entry import Entry
from journal.lock import WriterLock
from journal.record import GENESIS_HASH, Record
from journal.records import canonical_payload
from journal.store import open_for_writing, storage_errors, transaction

CORRECTION_NS = 60 * SECOND_NS
"""By how much a clock may be set back and have been right before: NTP steps by less than a second.
One that was further ahead was wrong, and is not followed."""
Content = tuple[int, str, int, str]
"""Seq, kind, version and payload of a record id that is already taken."""


class JournalWriter:
    """The right and the means to append to a journal.

    Args:
        home: The desk whose journal it is; created when absent.
        clock: Says when a fact was recorded.

    Raises:
        JournalBusy: Another process is the writer; the sentence names it.
        StorageFailed: The disk is full or the folder cannot be written.
        ConfigRefused: A newer program wrote this journal.
    """

    def __init__(self, home: DeskHome, clock: Clock) -> None:
        self._path = home.journal_db
        self._clock = clock
        self._lock = WriterLock(self._path.with_name("writer.lock"))
        try:
            self._connection = open_for_writing(self._path)
        except BaseException:
            self._lock.release()
            raise

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Write a batch durably, all of it or nothing.

        Returns:
            The seq of each entry, in order; of one that was there already, its old seq.

        Raises:
            JournalConflict: A record id is taken by other content.
            StorageFailed: The disk is full or failing; nothing of the batch was written.
        """
        outcome = self.append_groups([entries])[0]
        if isinstance(outcome, JournalConflict):
            raise outcome
        return outcome

    def append_groups(self, groups: Sequence[Sequence[Entry]]) -> list[list[int] | JournalConflict]:
        """Write several callers' batches in one commit.

        Returns:
            Per group its seqs, or the conflict because of which nothing of that group was written.

        Raises:
            StorageFailed: The disk is full or failing; nothing of any group was written.
        """
        with storage_errors(self._path), transaction(self._connection):
            page = _Page(self._connection, self._clock.now_ns())
            outcomes = [page.append(group) for group in groups]
            page.flush()
        return outcomes

    def close(self) -> None:
        """Close the file and give up the right to write; a second call does nothing."""
        self._connection.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


class _Page:
    """What one transaction is about to add, on top of the head it found."""

    def __init__(self, connection: sqlite3.Connection, now_ns: int) -> None:
        self._connection = connection
        last = connection.execute(sql.LAST).fetchone() or (0, GENESIS_HASH, 0)
        self._seq, self._hash, last_ns = last
        self._recorded_ns = recorded_after(last_ns, now_ns)
        self._fresh: dict[str, Record] = {}

    def append(self, entries: Sequence[Entry]) -> list[int] | JournalConflict:
        before = self._seq, self._hash
        seqs: list[int] = []
        for entry in entries:
            seq = self._place(entry)
            if isinstance(seq, JournalConflict):
                self._take_back(*before)
                return seq
            seqs.append(seq)
        return seqs

    def _take_back(self, seq: int, last_hash: str) -> None:
        for _ in range(self._seq - seq):
            self._fresh.popitem()
        self._seq, self._hash = seq, last_hash

    def _place(self, entry: Entry) -> int | JournalConflict:
        record_id = entry.fact.record_id()
        payload = canonical_payload(entry.fact)
        taken = self._taken(record_id)
        if taken is None:
            return self._add(record_id, payload, entry)
        if taken[1:] == (entry.fact.KIND, entry.fact.VERSION, payload.decode()):
            return taken[0]
        return JournalConflict(
            "this fact is in the journal with other content; find out which one is true",
            record_id=record_id,
            kind=entry.fact.KIND,
            seq=taken[0],
        )

    def _taken(self, record_id: str) -> Content | None:
        fresh = self._fresh.get(record_id)
        if fresh is not None:
            return fresh.seq, fresh.kind, fresh.version, fresh.payload.decode()
        return self._connection.execute(sql.CONTENT_BY_ID, (record_id,)).fetchone()

    def _add(self, record_id: str, payload: bytes, entry: Entry) -> int:
        self._seq += 1
        record = Record(
            seq=self._seq,
            record_id=record_id,
            kind=entry.fact.KIND,
            version=entry.fact.VERSION,
            correlation_id=entry.correlation_id,
            causation_id=entry.causation_id,
            venue_ns=entry.venue_ns,
            observed_ns=entry.observed_ns,
            recorded_ns=self._recorded_ns,
            payload=payload,
            prev_hash=self._hash,
        ).sealed()
        self._hash = record.hash
        self._fresh[record_id] = record
        return self._seq

    def flush(self) -> None:
        self._connection.executemany(sql.INSERT, [_row(record) for record in self._fresh.values()])


def recorded_after(last_ns: int, now_ns: int) -> int:
    """Say when a fact is recorded: never before the one it follows.

    The books cut days by this instant and read on by sequence, so a clock that was set back over
    midnight would leave a record behind that no day looks for again.
    """
    return max(now_ns, last_ns) if last_ns - now_ns <= CORRECTION_NS else now_ns


def _row(record: Record) -> tuple[object, ...]:
    return (
        record.seq,
        record.record_id,
        record.kind,
        record.version,
        record.correlation_id,
        record.causation_id,
        record.venue_ns,
        record.observed_ns,
        record.recorded_ns,
        record.payload.decode(),
        record.prev_hash,
        record.hash,
    )
