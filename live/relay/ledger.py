"""Where every frame went: nothing a relay was given may be unaccounted for.

For each reader, and summed for each channel, at any instant between two wake-ups::

    offered = delivered + filtered + expired + dropped + waiting

Each side is counted where it happens (delivered at the write, dropped in the queue), so the
identity is a check and not a definition. Frames a newer state replaced in a slow reader's queue are
dropped with the reason ``superseded``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum


class Drop(Enum):
    """Why a frame that a reader wanted never reached it."""

    OVERFLOWED = "overflowed"
    """Its queue was full and this was the oldest; a gap notice says so where the protocol can."""
    SUPERSEDED = "superseded"
    """A newer state of the same thing took its place in the queue."""
    ABANDONED = "abandoned"
    """It still waited when the reader left, was cut off, or changed what it wants."""


class Ledger:
    """What became of the frames of one channel for one reader, or for many when added up."""

    __slots__ = ("delivered", "dropped", "expired", "filtered", "offered", "waiting")

    def __init__(self) -> None:
        self.offered = 0
        self.delivered = 0
        self.filtered = 0
        self.expired = 0
        self.waiting = 0
        self.dropped: dict[Drop, int] = dict.fromkeys(Drop, 0)

    @property
    def unaccounted(self) -> int:
        """Frames that were offered and went nowhere we know of; 0, or the relay has a bug."""
        went = self.delivered + self.filtered + self.expired + self.waiting
        return self.offered - went - sum(self.dropped.values())

    def add(self, other: Ledger) -> None:
        """Add another reader's counts to these."""
        self.offered += other.offered
        self.delivered += other.delivered
        self.filtered += other.filtered
        self.expired += other.expired
        self.waiting += other.waiting
        for reason, frames in other.dropped.items():
            self.dropped[reason] += frames

    def abandon(self) -> None:
        """Write off what still waits: nobody is there to take it any more."""
        self.dropped[Drop.ABANDONED] += self.waiting
        self.waiting = 0


Accounts = Mapping[str, Ledger]
"""Channel -> ledger."""


class Ledgers(dict[str, Ledger]):
    """The ledgers of one reader by channel; a channel nobody has heard of gets one when asked."""

    def __missing__(self, channel: str) -> Ledger:
        """Open a ledger."""
        opened = self[channel] = Ledger()
        return opened


def summed(accounts: Iterable[Accounts]) -> dict[str, Ledger]:
    """Add up ledgers by channel."""
    totals: dict[str, Ledger] = {}
    for account in accounts:
        for channel, ledger in account.items():
            totals.setdefault(channel, Ledger()).add(ledger)
    return totals
