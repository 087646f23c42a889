"""Group commit: what arrived while the disk was busy is written in one transaction.

One flush costs milliseconds whatever it carries, so waiting callers share it; each group still
stands or falls by itself. The disk is waited for in a thread, the event loop goes on listening.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from prometheus_client import Counter, Histogram

from domain.errors import JournalConflict, PlatformError, StorageFailed
from journal.entry import Entry

_FACTS = Counter("alphapulse_recorder_facts_total", "Facts acknowledged.")
_COMMITS = Counter("alphapulse_recorder_commits_total", "Transactions committed.")
_FAILED = Counter("alphapulse_recorder_failed_total", "Groups of facts not kept.", ["error"])
_SECONDS = Histogram("alphapulse_recorder_commit_seconds", "From taking a batch to its flush.")
_MOST_GROUPS = 512
"""In one transaction: a thousand facts take about 20 ms to insert, which nobody notices."""
_MOST_WAITING = 10_000
"""Callers beyond this wait to hand in: memory stays bounded when the disk stalls."""

Groups = Sequence[Sequence[Entry]]


class GroupWriter(Protocol):
    """The part of :class:`journal.writer.JournalWriter` this room needs."""

    def append_groups(self, groups: Groups) -> list[list[int] | JournalConflict]:
        """Write several batches in one commit."""
        ...


class Committer:
    """The one task that writes.

    Args:
        writer: The journal's writer.
        on_commit: Called after each commit, to wake up tails.
        on_storage: Called with the failure when the disk refused, with None when it works.
    """

    def __init__(
        self,
        writer: GroupWriter,
        on_commit: Callable[[], None],
        on_storage: Callable[[StorageFailed | None], None],
    ) -> None:
        self._writer = writer
        self._on_commit = on_commit
        self._on_storage = on_storage
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue(_MOST_WAITING)

    async def submit(self, entries: Sequence[Entry]) -> Awaitable[list[int]]:
        """Queue a group; the awaitable it returns answers once the disk has it, or raises."""
        waiting = _Waiting(entries)
        await self._queue.put(waiting)
        return waiting.answer

    async def record(self, *entries: Entry) -> list[int]:
        """Keep facts, from inside the recorder; errors as :meth:`journal.door.Door.record`."""
        return await (await self.submit(entries))

    async def run(self) -> None:
        """Commit until :meth:`finish` is called; what was queued before that is still written."""
        is_last = False
        while not is_last:
            batch, is_last = await self._next_batch()
            if batch:
                await self._commit(batch)

    async def finish(self) -> None:
        """Ask :meth:`run` to end once everything queued so far is answered."""
        await self._queue.put(None)

    async def _next_batch(self) -> tuple[list[_Waiting], bool]:
        batch: list[_Waiting] = []
        first = await self._queue.get()
        while first is not None:
            batch.append(first)
            if self._queue.empty() or len(batch) >= _MOST_GROUPS:
                return batch, False
            first = self._queue.get_nowait()
        return batch, True

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        groups = [waiting.entries for waiting in batch]
        try:
            with _SECONDS.time():
                outcomes = await asyncio.to_thread(self._writer.append_groups, groups)
        except PlatformError as error:
            self._refuse(batch, error)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _answer(waiting, outcome)
        _COMMITS.inc()
        self._on_storage(None)
        self._on_commit()

    def _refuse(self, batch: Sequence[_Waiting], error: PlatformError) -> None:
        for waiting in batch:
            _fail(waiting, error)
        if isinstance(error, StorageFailed):
            self._on_storage(error)


class _Waiting:
    """A group and whoever waits for it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.answer: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()


def _answer(waiting: _Waiting, outcome: list[int] | JournalConflict) -> None:
    if isinstance(outcome, JournalConflict):
        _fail(waiting, outcome)
        return
    _FACTS.inc(len(outcome))
    if not waiting.answer.done():
        waiting.answer.set_result(outcome)


def _fail(waiting: _Waiting, error: PlatformError) -> None:
    _FAILED.labels(type(error).__name__).inc()
    if not waiting.answer.done():
        waiting.answer.set_exception(error)
