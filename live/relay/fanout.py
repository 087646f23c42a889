"""The v1 side of the relay: what arrived in a wake-up is joined and written once to each reader.

Pure but for the writes behind :class:`Pipe`. Readers are never trusted and never waited for: one
that does not take its frames fills its own bounded outbox; when that is full, its oldest whole
frames go, counted, and nobody else notices. Frames are not looked at here at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from live.relay.chunks import Run
from live.relay.ledger import Drop, Ledger
from live.relay.market_memory import MarketMemory
from live.relay.outbox import Outbox


class Pipe(Protocol):
    """Where a reader's bytes go."""

    def write(self, data: bytes, /) -> None:
        """Take bytes; never blocks."""
        ...


class Reader:
    """One v1 reader.

    Args:
        pipe: Where its bytes go.
        limit_bytes: The most that may wait for it.
    """

    def __init__(self, pipe: Pipe, limit_bytes: int) -> None:
        self.ledger = Ledger()
        self.is_paused = False
        self._pipe = pipe
        self._outbox = Outbox(limit_bytes)

    @property
    def waiting_bytes(self) -> int:
        """How much waits for it."""
        return self._outbox.waiting_bytes

    def give(self, runs: Sequence[Run], joined: bytes, frames: int) -> None:
        """Write frames, or let them wait."""
        ledger = self.ledger
        ledger.offered += frames
        if self.is_paused:
            ledger.dropped[Drop.OVERFLOWED] += self._outbox.put(runs)
            ledger.waiting = self._outbox.waiting_frames
        else:
            ledger.delivered += frames
            self._pipe.write(joined)

    def resume(self) -> None:
        """Write all that waited, in one go."""
        self.is_paused = False
        data, frames = self._outbox.take()
        self.ledger.waiting = 0
        self.ledger.delivered += frames
        if data:
            self._pipe.write(data)

    def leave(self) -> None:
        """Write off what waits."""
        self.ledger.abandon()
        self._outbox.take()


class Fanout:
    """The market channel to its v1 readers.

    Args:
        memory: What late joiners are told first.
        wake: Called when frames wait for the next :meth:`flush`.
        on_written: Hears what the readers have been written, for whoever comes after them.
        limit_bytes: The most that may wait for one reader.
    """

    def __init__(
        self,
        memory: MarketMemory,
        wake: Callable[[], None],
        on_written: Callable[[Sequence[Run]], None],
        *,
        limit_bytes: int,
    ) -> None:
        self.frames = 0
        self._memory = memory
        self._wake = wake
        self._on_written = on_written
        self._limit_bytes = limit_bytes
        self._pending: list[Run] = []
        self._readers: dict[Reader, None] = {}
        self._left = Ledger()

    @property
    def readers(self) -> Sequence[Reader]:
        """Who listens now."""
        return list(self._readers)

    @property
    def has_readers(self) -> bool:
        """Whether anybody listens."""
        return bool(self._readers)

    def accounts(self) -> Ledger:
        """Give what became of every frame, of those who left too."""
        total = Ledger()
        for ledger in (self._left, *(reader.ledger for reader in self._readers)):
            total.add(ledger)
        return total

    def publish(self, run: Run) -> None:
        """Hand on whole frames; they are written at the end of this wake-up."""
        if not self._pending:
            self._wake()
        self._pending.append(run)

    def flush(self) -> int:
        """Write what is pending: joined once, one write a reader.

        Returns:
            How many frames it was.
        """
        runs, self._pending = self._pending, []
        if not runs:
            return 0
        frames = sum([run.frames for run in runs])
        joined = runs[0].raw if len(runs) == 1 else b"".join([run.raw for run in runs])
        for reader in list(self._readers):
            reader.give(runs, joined, frames)
        self.frames += frames
        self._on_written(runs)
        return frames

    def join(self, pipe: Pipe) -> Reader:
        """Welcome a reader: what is known first, then whatever comes."""
        self.flush()  # so that nothing is both in what it is told and behind it
        reader = Reader(pipe, self._limit_bytes)
        known = self._memory.replay_run()
        if known.frames:
            reader.give([known], known.raw, known.frames)
        self._readers[reader] = None
        return reader

    def leave(self, reader: Reader) -> None:
        """Forget a reader."""
        if reader in self._readers:
            del self._readers[reader]
            reader.leave()
            self._left.add(reader.ledger)
