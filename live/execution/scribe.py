"""Writes facts in the trader's name: stamped, threaded to their cause, and not given up on.

The recorder may restart under us. A fact written twice is written once, so trying again is safe,
and every action waits here until its intent is durable. What belongs here: stamping and patience.
What does not: deciding what to write.
"""

from __future__ import annotations

import asyncio

from domain.clock import Clock
from domain.errors import Transient
from journal.records import Fact
from live.aio.backoff import Backoff
from live.recorder.client import Entry, Recorder


class Trail:
    """The thread of one opportunity: its correlation id, and the fact each next one follows from.

    Args:
        correlation_id: The opportunity id; empty for facts about the process itself.
        causation_id: Record id of the last fact written, or of what started the thread.
    """

    def __init__(self, correlation_id: str = "", causation_id: str = "") -> None:
        self.correlation_id = correlation_id
        self.causation_id = causation_id
        self.held: list[Entry] = []
        """Facts that become durable together with the next that is noted."""


class Scribe:
    """The trader's one way to the journal.

    Args:
        recorder: The recorder's door, or anything that records durably.
        clock: For `observed_ns`.
    """

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock

    async def note(self, trail: Trail, *facts: Fact) -> None:
        """Make facts durable, each caused by the one before; returns only when they are.

        Raises:
            StorageFailed: The journal's disk refuses; nothing may be sent any more.
            JournalConflict: The same fact is there with other content: our books contradict.
        """
        self.hold(trail, *facts)
        entries, trail.held = trail.held, []
        await self._record(entries)

    def hold(self, trail: Trail, *facts: Fact) -> None:
        """Keep facts for the next :meth:`note` of their thread, which makes all of them durable.

        For what nothing outside has followed from yet: one flush then pays for all, and a process
        that dies in between has decided nothing and sent nothing.
        """
        for fact in facts:
            trail.held.append(self._entry(trail, fact))
            trail.causation_id = fact.record_id()

    def _entry(self, trail: Trail, fact: Fact) -> Entry:
        return Entry(
            fact,
            self._clock.now_ns(),
            correlation_id=trail.correlation_id,
            causation_id=trail.causation_id,
        )

    async def _record(self, entries: list[Entry]) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._recorder.record(*entries)
            except Transient:
                await asyncio.sleep(backoff.next_s())
            else:
                return
