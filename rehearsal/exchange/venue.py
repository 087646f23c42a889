"""The exchange as one thing: engine, history and store, in the one order that keeps promises.

Refuse · write · carry out · remember · answer. Nothing is carried out that is not written, and
nothing is answered that is not carried out. Who may ask, and in which words, is decided outside.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from domain.clock import Clock
from domain.errors import InvariantBroken, StorageFailed
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Command, Deposit, Outcome, Refusal
from rehearsal.exchange.engine import Engine
from rehearsal.exchange.history import History
from rehearsal.exchange.store import Kept, Snapshot, Store

SPOT = "spot"
"""The desk's account."""
MAKER = "maker"
CROWD = "crowd"

FUNDING = (
    Deposit(SPOT, terms.BASE, 50 * 10**10),
    Deposit(SPOT, terms.QUOTE, 150_000 * 10**8),
    Deposit(MAKER, terms.BASE, 1_000_000 * 10**10),
    Deposit(MAKER, terms.QUOTE, 3_000_000_000 * 10**8),
    Deposit(CROWD, terms.BASE, 1_000_000 * 10**10),
    Deposit(CROWD, terms.QUOTE, 3_000_000_000 * 10**8),
)
"""What every account starts with; the house accounts can never run dry in a rehearsal."""

SNAPSHOT_EVERY = 2_000
"""Commands between snapshots: about a quarter of an hour of quoting, a second of replay."""

Listener = Callable[[Outcome], None]


class Venue:
    """A running exchange.

    Args:
        path: Its SQLite file; resumes what is there, funds the accounts when there is nothing.
        clock: Where instants come from; the exchange never lets them repeat or run backwards.
        snapshot_every: Commands between snapshots.
    """

    def __init__(self, path: Path, clock: Clock, *, snapshot_every: int = SNAPSHOT_EVERY) -> None:
        self._clock = clock
        self._store = Store(path)
        self._snapshot_every = snapshot_every
        self._listeners: list[Listener] = []
        self._resume()
        if self._seq == 0:
            for deposit in FUNDING:
                self.execute(deposit)

    def execute(
        self, command: Command, *, nonce: tuple[str, int] | None = None
    ) -> Outcome | Refusal:
        """Carry out one command durably.

        Args:
            command: What is asked.
            nonce: API key and nonce it was asked with, kept with it.

        Returns:
            What it did, already on disk; or why not, and nothing happened.

        Raises:
            StorageFailed: It could not be written, so it did not happen.
        """
        refusal = self.engine.refusal(command)
        if refusal is not None:
            return refusal
        kept = Kept(self._seq + 1, self._next_us(), command)
        self._store.keep(kept, nonce)
        outcome = self._carry_out(kept)
        for listener in self._listeners:
            listener(outcome)
        if self._seq % self._snapshot_every == 0:
            with suppress(StorageFailed):  # what was asked is done; the next replay is longer
                self._store.replace_snapshot(self._snapshot())
        return outcome

    def now_us(self) -> int:
        """Say what time it is at the exchange."""
        return max(self._clock.now_ns() // 1000, self._at_us)

    def listen(self, listener: Listener) -> None:
        """Hear every outcome, after it is durable."""
        self._listeners.append(listener)

    def nonces(self) -> dict[str, int]:
        """Give the highest nonces on record."""
        return self._store.nonces()

    def close(self) -> None:
        """Let go of the file; what was answered is in it."""
        self._store.close()

    def _resume(self) -> None:
        snapshot = self._store.snapshot()
        self._seq = snapshot.seq if snapshot else 0
        self._at_us = snapshot.at_us if snapshot else 0
        self.opened_us = snapshot.opened_us if snapshot else 0
        self.engine = Engine.restored(snapshot.engine) if snapshot else Engine()
        self.history = snapshot.history if snapshot else History([SPOT])
        for kept in self._store.commands():
            self._carry_out(kept)

    def _carry_out(self, kept: Kept) -> Outcome:
        outcome = self.engine.apply(kept.command, kept.at_us)
        if isinstance(outcome, Refusal):
            raise InvariantBroken(
                "a command that was kept is refused now", seq=kept.seq, refusal=outcome.error
            )
        self._seq, self._at_us = kept.seq, kept.at_us
        self.opened_us = self.opened_us or kept.at_us
        self.history.record(outcome)
        return outcome

    def _next_us(self) -> int:
        return max(self._clock.now_ns() // 1000, self._at_us + 1)

    def _snapshot(self) -> Snapshot:
        return Snapshot(self._seq, self._at_us, self.opened_us, self.engine.state(), self.history)
