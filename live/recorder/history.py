"""What the journal already holds, for a process that starts again; the loop's only look back.

Reading pages of facts, nothing else: what they mean belongs to the room that asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.home import DeskHome
from journal.reader import JournalReader
from journal.record import Record

_PAGE = 1_000


def past_records(home: DeskHome, kinds: Iterable[str]) -> Iterator[Record]:
    """Read every record of some kinds, oldest first; nothing where there is no journal yet.

    Args:
        home: The desk.
        kinds: Record kinds, as in :data:`journal.records.KINDS`.

    Raises:
        InputRefused: The journal's file is not a journal.
        StorageFailed: It cannot be read.
    """
    if not home.journal_db.exists():
        return
    wanted = tuple(kinds)
    with JournalReader(home.journal_db) as reader:
        seq = 0
        while page := reader.read(seq, wanted, _PAGE):
            yield from page
            seq = page[-1].seq
