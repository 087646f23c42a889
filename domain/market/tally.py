"""What has been counted of a venue's books, and whether all of it was proved.

Plain sums: what they are sums of is said in :mod:`domain.market.feed` and
:mod:`domain.market.tops`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from domain.market.feed import Event, Kind
from domain.market.reason import Reason
from domain.market.tops import Agreement

_CHAIN = {Reason.GAP, Reason.OUT_OF_ORDER, Reason.NO_SNAPSHOT, Reason.OLD_SNAPSHOT}


@dataclass(slots=True)
class Tally:
    """Counts since the start.

    Args:
        snapshots: Told, believed or not.
        messages: Changes that were applied, each one message ...
        updates: ... and the levels they told.
        in_snapshot: Changes a snapshot already held.
        skipped: Changes heard while the book was not known.
        checks, mismatches: Checksums compared, and how many differed.
        sequence_links: Messages that continued exactly where the one before ended.
        gaps: Breaks of a chain: something missing, out of order, or without a snapshot.
        breaks: Times a book stopped being believed, for whatever reason.
        bbo_checks, bbo_mismatches: Best bid and ask compared at the same id, and how many differed.
        bbo_last_checks, bbo_last_mismatches: Likewise with the last ones no later than the book.
        hints: Deletions of levels that were not there, and levels told as they were.
        unread: Messages that could not be read, and name no book.
        reasons: Of breaks, of messages ignored, of frames not read.
        faults: Times a known book was empty, one-sided or crossed.
    """

    snapshots: int = 0
    messages: int = 0
    updates: int = 0
    in_snapshot: int = 0
    skipped: int = 0
    checks: int = 0
    mismatches: int = 0
    sequence_links: int = 0
    gaps: int = 0
    breaks: int = 0
    bbo_checks: int = 0
    bbo_mismatches: int = 0
    bbo_last_checks: int = 0
    bbo_last_mismatches: int = 0
    hints: int = 0
    unread: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter[Reason])
    faults: Counter[Reason] = field(default_factory=Counter[Reason])

    @property
    def is_proved(self) -> bool:
        """Ask whether nothing contradicted the books so far."""
        return not (self.breaks or self.bbo_mismatches or self.unread)

    def add(self, event: Event) -> None:
        """Count what one message led to."""
        self.checks += event.is_checked
        self.sequence_links += event.is_linked
        self.updates += event.levels
        self.hints += event.hints
        if event.kind is Kind.CHANGED:
            self.messages += 1
        elif event.kind is Kind.SKIPPED:
            self.skipped += 1
        elif event.reason is not None and event.kind is not Kind.KEPT:
            self._add_doubt(event.kind, event.reason)
        if event.book is not None and (fault := event.book.fault()):
            self.faults[fault] += 1

    def add_agreement(self, agreement: Agreement) -> None:
        """Count a comparison with the venue's own best bid and ask."""
        if agreement.exact is not None:
            self.bbo_checks += 1
            self.bbo_mismatches += not agreement.exact
        if agreement.last is not None:
            self.bbo_last_checks += 1
            self.bbo_last_mismatches += not agreement.last

    def _add_doubt(self, kind: Kind, reason: Reason) -> None:
        self.reasons[reason] += 1
        self.in_snapshot += reason is Reason.IN_SNAPSHOT
        if kind is Kind.BROKEN:
            self.breaks += 1
            self.gaps += reason in _CHAIN
            self.mismatches += reason is Reason.CHECKSUM
