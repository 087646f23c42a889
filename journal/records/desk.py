"""The desk's own beginning and end: with which reference data, at which block."""

from __future__ import annotations

from domain.desk import DeskCard
from journal.records.fact import Fact


class DeskOpened(Fact, frozen=True, kw_only=True):
    """A desk began, or resumed, with this reference data."""

    KIND = "desk.opened"
    KEY = ("desk_id", "opened_ns")
    desk_id: str
    opened_ns: int
    card: DeskCard


class DeskClosed(Fact, frozen=True, kw_only=True):
    """The loop stopped acting; nothing of ours is in flight at this block."""

    KIND = "desk.closed"
    KEY = ("desk_id", "closed_ns")
    desk_id: str
    closed_ns: int
    block_number: int
    block_hash: str
    reason: str
