"""What books and people tell the loop and each other: alerts, halts, limits, locks, corrections."""

from __future__ import annotations

from journal.records.fact import Fact


class AlertRaised(Fact, frozen=True, kw_only=True):
    """A limit, breaker or process changed state in a way a person should know."""

    KIND = "alert.raised"
    KEY = ("alert", "subject", "raised_ns")
    alert: str
    severity: str
    subject: str
    detail: str
    raised_ns: int


class HaltOrdered(Fact, frozen=True, kw_only=True):
    """Books or people order a scope to stop: ``desk``, ``strategy:<name>`` or ``venue:<name>``.

    `state` is ``HALTED`` (nothing new), ``REDUCING`` (only what evens out the desk's holdings) or
    ``TRIPPED`` (the scope's breaker opens, and tries again by itself after its cool-down).
    """

    KIND = "order.halt"
    KEY = ("scope", "cause_id")
    scope: str
    cause_id: str
    reason: str
    is_lifted: bool = False
    state: str = "HALTED"


class LimitsOrdered(Fact, frozen=True, kw_only=True):
    """From here on risk judges by this rulebook; `rulebook` is its JSON, every limit written out.

    A version is used once: the same number with other limits is a conflict.
    """

    KIND = "order.limits"
    KEY = ("version",)
    version: int
    rulebook: str
    reason: str
    ordered_ns: int


class PeriodMarked(Fact, frozen=True, kw_only=True):
    """Somebody locked a closed day of the books, or reopened it.

    Args:
        period: The UTC day, ``YYYY-MM-DD``.
        audit_head: What the locked book hashes to; empty for a reopening.
    """

    KIND = "period.marked"
    KEY = ("period", "is_locked", "decided_ns")
    period: str
    is_locked: bool
    decided_by: str
    reason: str
    audit_head: str
    decided_ns: int


class CorrectionDecided(Fact, frozen=True, kw_only=True):
    """Two people decided that an entry mends the books, or it was taken back.

    Args:
        period: The UTC day it mends, ``YYYY-MM-DD``.
        account, counter: What receives `units` of `asset`, and what gives them.
        evidence_sha256: What proves the cause; at least one document.
        counts_ns: The instant it counts at.
    """

    KIND = "correction.decided"
    KEY = ("entry_id", "is_withdrawn", "decided_ns")
    entry_id: str
    break_id: str
    period: str
    cause: str
    account: str
    counter: str
    asset: str
    units: int
    evidence_sha256: tuple[str, ...]
    prepared_by: str
    approved_by: str
    note: str
    counts_ns: int
    decided_ns: int
    is_withdrawn: bool
