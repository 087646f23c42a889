"""What a writer hands in: a fact and what is known about how it came to be."""

from __future__ import annotations

import msgspec

from journal.records import Fact


class Entry(msgspec.Struct, frozen=True):
    """A fact about to be remembered.

    Args:
        fact: One of :data:`journal.records.KINDS`.
        observed_ns: When we learned of it.
        correlation_id: The opportunity it belongs to, wherever there is one.
        causation_id: `record_id` of the fact that led to it, when known.
        venue_ns: The source's own time, when it gave one; never merged with ours.
    """

    fact: Fact
    observed_ns: int
    correlation_id: str = ""
    causation_id: str = ""
    venue_ns: int | None = None
