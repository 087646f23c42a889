"""Facts a collector has to tell the journal, off the path of the feed.

A notice waits here until the recorder has it on disk; a recorder that is away is tried again,
because the fact is still true. Nothing else that collectors hear is recorded from here: frames are
kept by the recorder itself.
"""

from __future__ import annotations

import asyncio

from domain.clock import Clock
from domain.errors import Transient
from journal.records import GapNoticed
from live.aio.waiting import pause
from live.recorder.client import Entry, Recorder

_RETRY_S = 0.5
_WAITING = 1_000
"""More waiting notices than this say nothing new; the oldest are kept."""


class Notices:
    """Gaps on their way to the journal.

    Args:
        recorder: The door.
        clock: Time.
    """

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock
        self._waiting: asyncio.Queue[GapNoticed] = asyncio.Queue(_WAITING)

    def gap(self, source: str, noticed: str, expected: int, got: int) -> None:
        """Leave a notice; returns at once."""
        if self._waiting.full():
            return
        self._waiting.put_nowait(
            GapNoticed(
                source=source,
                noticed=noticed,
                expected=expected,
                got=got,
                noticed_ns=self._clock.now_ns(),
            )
        )

    async def run(self, stopping: asyncio.Event) -> None:
        """Hand notices over, one by one, until cancelled."""
        while True:
            fact = await self._waiting.get()
            while not await self._recorded(fact):
                await pause(stopping, _RETRY_S)

    async def _recorded(self, fact: GapNoticed) -> bool:
        try:
            await self._recorder.record(Entry(fact, observed_ns=fact.noticed_ns))
        except Transient:
            return False
        return True
