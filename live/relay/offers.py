"""What every reader was offered: counted once for all, written into each ledger when asked.

On a wake-up a frame is offered to everybody, and equal wants let the same of it through; so both
are counted once, and each reader remembers where the counts stood when it was last settled. What
was delivered, dropped or still waits is counted for each reader where it happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from live.relay.ledger import Ledger
from live.relay.parcels import Parcel

Counts = Mapping[str, int]
"""Frames, by channel."""


class Settled(NamedTuple):
    """Where the counts stood when a reader's ledgers were last written."""

    offered: Counts
    passed: Counts
    expired: Counts


class Passed:
    """What passed one want, and what of that had expired."""

    def __init__(self) -> None:
        self.passed: dict[str, int] = {}
        self.expired: dict[str, int] = {}

    def count(self, passed: Counts, expired: Counts) -> None:
        """Add one wake-up's."""
        add(self.passed, passed)
        if expired:
            add(self.expired, expired)


class Offers:
    """What was offered to everybody."""

    def __init__(self) -> None:
        self._offered: dict[str, int] = {}

    def count(self, offered: Counts) -> None:
        """Add one wake-up's."""
        add(self._offered, offered)

    def stand(self, of: Passed | None) -> Settled:
        """Give where the counts stand, for a reader that comes in now."""
        if of is None:
            return Settled(dict(self._offered), {}, {})
        return Settled(dict(self._offered), dict(of.passed), dict(of.expired))

    def settle(self, accounts: dict[str, Ledger], since: Settled, of: Passed | None) -> Settled:
        """Write into a reader's ledgers what it was offered since; gives where it stands now."""
        now = self.stand(of)
        for channel, total in now.offered.items():
            offered = total - since.offered.get(channel, 0)
            passed = now.passed.get(channel, 0) - since.passed.get(channel, 0)
            ledger = accounts.setdefault(channel, Ledger())
            ledger.offered += offered
            ledger.filtered += offered - passed
            ledger.expired += now.expired.get(channel, 0) - since.expired.get(channel, 0)
        return now


def add(total: dict[str, int], counts: Counts) -> None:
    """Add counts to a total."""
    for channel, frames in counts.items():
        total[channel] = total.get(channel, 0) + frames


def by_channel(parcels: Sequence[Parcel]) -> dict[str, int]:
    """Count frames by channel."""
    counts: dict[str, int] = {}
    for parcel in parcels:
        channel = parcel.route.channel
        counts[channel] = counts.get(channel, 0) + 1
    return counts
