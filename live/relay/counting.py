"""What one reader is told of its own ledger: how much was meant for it, and what gave way.

Pure. A word stands between frames: what a reader got since the word before, and what the word says
gave way, is what was sent; so it can tell, to the frame, whether anything was lost on the way. A
count begins anew with each subscription, behind the state it is answered with.
"""

from __future__ import annotations

from domain.clock import SECOND_NS
from live.protocol import v2
from live.relay.ledger import Accounts, Drop, Ledger

EVERY_NS = SECOND_NS
"""A wire file is closed after ten seconds, so a tenth of it is the most that waits for a word."""


class Counting:
    """What was told so far."""

    def __init__(self) -> None:
        self._began: dict[str, int] = {}
        self._told: dict[str, tuple[int, int, int]] = {}
        self._told_ns = 0

    def begin(self, accounts: Accounts, now_ns: int) -> v2.Counts:
        """Begin anew: every channel of a subscription stands at 0."""
        self._began = {name: sent_of(ledger) for name, ledger in accounts.items()}
        self._told = {name: _standing(ledger) for name, ledger in accounts.items()}
        self._told_ns = now_ns
        return v2.Counts(tuple(v2.Count(name, 0, 0, 0) for name in _data(accounts)))

    def is_due(self, now_ns: int) -> bool:
        """Whether a word is due."""
        return now_ns - self._told_ns >= EVERY_NS

    def word(self, accounts: Accounts, now_ns: int) -> v2.Counts | None:
        """Say what was sent since the last word, of channels that moved; nothing of none.

        Args:
            accounts: Settled, of a reader of whose frames none waits.
            now_ns: The instant.
        """
        self._told_ns = now_ns
        counts = [self._count(name, accounts[name]) for name in _data(accounts)]
        moved = tuple(one for one in counts if one is not None)
        return v2.Counts(moved) if moved else None

    def _count(self, name: str, ledger: Ledger) -> v2.Count | None:
        now = _standing(ledger)
        before = self._told.get(name, (0, 0, 0))
        self._told[name] = now
        if now == before:
            return None
        _, dropped, superseded = (new - old for new, old in zip(now, before, strict=True))
        return v2.Count(name, now[0] - self._began.get(name, 0), dropped, superseded)


def sent_of(ledger: Ledger) -> int:
    """Count what was meant for a reader: offered, let through, and still worth something."""
    return ledger.offered - ledger.filtered - ledger.expired


def _standing(ledger: Ledger) -> tuple[int, int, int]:
    dropped = ledger.dropped
    return sent_of(ledger), dropped[Drop.OVERFLOWED], dropped[Drop.SUPERSEDED]


def _data(accounts: Accounts) -> list[str]:
    """Name the channels but the relay's own words."""
    return [name for name in accounts if name != v2.CONTROL]
