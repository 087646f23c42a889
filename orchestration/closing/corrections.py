"""Entries that people approved, from the journal into the books of the period they mend.

Who may decide what is `domain/breaks`'; here a decision is remembered and read back.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.breaks.correction import Decision, entries_standing
from domain.clock import Clock
from domain.home import DeskHome
from domain.ledger.types import Entry as LedgerEntry
from domain.ledger.types import is_own
from domain.settlement.outcome import Move
from journal.entry import Entry
from journal.post import post
from journal.reader import JournalReader
from journal.records import CorrectionDecided

_BATCH = 5_000
"""Bounds memory: a record is a few hundred bytes."""


def decisions(home: DeskHome) -> list[Decision]:
    """Read every decision, oldest first; nothing while there is no journal."""
    if not home.journal_db.exists():
        return []
    found: list[Decision] = []
    seq = 0
    with JournalReader(home.journal_db) as reader:
        while page := reader.read(seq, kinds=[CorrectionDecided.KIND], limit=_BATCH):
            seq = page[-1].seq
            found += [
                msgspec.convert(msgspec.to_builtins(record.fact()), type=Decision)
                for record in page
            ]
    return found


def decide(home: DeskHome, clock: Clock, made: Iterable[Decision]) -> None:
    """Remember decisions; the same one twice is the same fact."""
    entries = [
        Entry(
            msgspec.convert(msgspec.to_builtins(one), type=CorrectionDecided),
            one.decided_ns,
            correlation_id=one.break_id,
        )
        for one in made
    ]
    if entries:
        post(home, clock, *entries)


def corrections_of(home: DeskHome, day: str) -> list[LedgerEntry]:
    """Book what people decided about a day and did not take back.

    Raises:
        Refused: A decision lacks its cause, its evidence or its second person.
    """
    return entries_standing(decisions(home), day)


def corrected_moves(home: DeskHome, day: str) -> list[Move]:
    """Give what approved entries of a day moved on accounts of ours."""
    return [
        Move(posting.account, posting.asset, posting.units)
        for entry in corrections_of(home, day)
        for posting in entry.postings
        if is_own(posting.account)
    ]
