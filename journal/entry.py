"""What a writer hands in: a fact and what is known about how it came to be."""

from __future__ import annotations

import msgspec

from domain.errors import InputRefused
from journal.records import Fact

_LAST_NS = 2**63 - 1
"""In the year 2262; what a store's signed 64-bit column holds."""


class Entry(msgspec.Struct, frozen=True):
    """A fact about to be remembered.

    Args:
        fact: One of :data:`journal.records.KINDS`.
        observed_ns: When we learned of it.
        correlation_id: The opportunity it belongs to, wherever there is one.
        causation_id: `record_id` of the fact that led to it, when known.
        venue_ns: The source's own time, when it gave one; never merged with ours.

    Raises:
        InputRefused: A time is before 1970 or after 2262.
    """

    fact: Fact
    observed_ns: int
    correlation_id: str = ""
    causation_id: str = ""
    venue_ns: int | None = None

    def __post_init__(self) -> None:
        for given_ns in (self.observed_ns, self.venue_ns or 0):
            if not 0 <= given_ns <= _LAST_NS:
                raise InputRefused("give a time in nanoseconds since 1970", ns=given_ns)
