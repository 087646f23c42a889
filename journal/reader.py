"""The cursor reader: pages of facts after a seq, and the proof that none was changed.

Readers see committed facts only, never wait for the writer and never make it wait.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from domain.errors import JournalTampered
from journal import sql
from journal.record import GENESIS_HASH, Record, seal
from journal.store import open_for_reading, storage_errors

_VERIFY_PAGE = 2_000


class JournalReader:
    """A view of a journal; safe to use from any thread.

    Args:
        path: The journal's file (``home.journal_db``).

    Raises:
        ConfigRefused: There is no journal there, or a newer program wrote it.
        InputRefused: The file is not a journal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_for_reading(path)
        self._one_at_a_time = threading.Lock()  # closing under a read would take the process along

    def head(self) -> tuple[int, str]:
        """Give seq and hash of the last record; 0 and `GENESIS_HASH` when there is none."""
        with self._one_at_a_time, storage_errors(self._path):
            found = self._connection.execute(sql.HEAD).fetchone()
        return (int(found[0]), str(found[1])) if found else (0, GENESIS_HASH)

    def read(
        self,
        after_seq: int = 0,
        kinds: Iterable[str] | None = None,
        limit: int = 1000,
        until_seq: int | None = None,
    ) -> list[Record]:
        """Read the next page, ordered by seq; its cost is what is new.

        Args:
            after_seq: The cursor: the last seq the caller has.
            kinds: Only these, when given.
            limit: At most so many records.
            until_seq: Nothing beyond this one, when given.
        """
        wanted = None if kinds is None else tuple(dict.fromkeys(kinds))
        if wanted == ():
            return []
        query, bounds = sql.page(after_seq, until_seq, limit, wanted)
        with self._one_at_a_time, storage_errors(self._path):
            return [_record(row) for row in self._connection.execute(query, bounds)]

    def times(self, after_seq: int = 0, limit: int = 10_000) -> list[tuple[int, int]]:
        """Read seq and `recorded_ns` of the next facts, ordered by seq, without what they say.

        Args:
            after_seq: The cursor: the last seq the caller has.
            limit: At most so many.
        """
        with self._one_at_a_time, storage_errors(self._path):
            return self._connection.execute(sql.TIMES, (after_seq, limit)).fetchall()

    def verify(self, checkpoint: tuple[int, str] | None = None) -> tuple[int, str]:
        """Recompute the hash chain from the first record to the last.

        Args:
            checkpoint: A head noted elsewhere earlier; shows that nothing up to it was cut off.

        Returns:
            Seq and hash of the last record.

        Raises:
            JournalTampered: A record was changed, removed or moved; the sentence names its seq.
        """
        head = 0, GENESIS_HASH
        wanted_seq, wanted_hash = checkpoint or head
        for record in self._all():
            head = _next_link(head, record)
            if record.seq == wanted_seq and record.hash != wanted_hash:
                raise _tampered("is not the one the checkpoint vouches for", record.seq)
        if head[0] < wanted_seq:
            raise _tampered("was there at the checkpoint and is missing now", head[0] + 1)
        return head

    def _all(self) -> Iterator[Record]:
        page = self.read(limit=_VERIFY_PAGE)
        while page:
            yield from page
            page = self.read(page[-1].seq, limit=_VERIFY_PAGE)

    def close(self) -> None:
        """Close the file once nobody reads; a second call does nothing."""
        with self._one_at_a_time:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


def _next_link(head: tuple[int, str], record: Record) -> tuple[int, str]:
    seq, prev_hash = head
    if record.seq != seq + 1:
        raise _tampered("is missing", seq + 1)
    if record.prev_hash != prev_hash or record.hash != seal(prev_hash, record.envelope()):
        raise _tampered("does not match its hash", record.seq)
    return record.seq, record.hash


def _tampered(what: str, seq: int) -> JournalTampered:
    return JournalTampered(
        f"record {seq} {what}; restore the journal from a copy and keep this one as evidence",
        seq=seq,
    )


def _record(row: tuple[Any, ...]) -> Record:
    fields: dict[str, Any] = dict(zip(Record.__struct_fields__, row, strict=True))
    return Record(**{**fields, "payload": fields["payload"].encode()})
