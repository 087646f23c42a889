"""Facts a collector has to tell the journal, off the path of the feed: gaps, and alerts for people.

A notice waits here until the recorder has it on disk; a recorder that is away is tried again,
because the fact is still true. Nothing else that collectors hear is recorded from here: frames are
kept by the recorder itself.
"""

from __future__ import annotations

import asyncio

from domain.clock import Clock
from domain.errors import Transient
from journal.records import AlertRaised, GapNoticed
from live.aio.waiting import pause
from live.recorder.client import Entry, Recorder

_RETRY_S = 0.5
_WAITING = 1_000
"""More waiting notices than this say nothing new; the oldest are kept."""


class Notices:
    """Notices on their way to the journal.

    Args:
        recorder: The door.
        clock: Time.
    """

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock
        self._waiting: asyncio.Queue[Entry] = asyncio.Queue(_WAITING)

    def gap(self, source: str, noticed: str, expected: int, got: int) -> None:
        """Leave a notice of a gap; returns at once."""
        now_ns = self._clock.now_ns()
        self._leave(
            Entry(
                GapNoticed(
                    source=source,
                    noticed=noticed,
                    expected=expected,
                    got=got,
                    noticed_ns=now_ns,
                ),
                observed_ns=now_ns,
            )
        )

    def alert(self, alert: str, severity: str, subject: str, detail: str) -> None:
        """Leave word for a person; returns at once. Fields as in :class:`AlertRaised`."""
        now_ns = self._clock.now_ns()
        self._leave(
            Entry(
                AlertRaised(
                    alert=alert,
                    severity=severity,
                    subject=subject,
                    detail=detail,
                    raised_ns=now_ns,
                ),
                observed_ns=now_ns,
            )
        )

    async def run(self, stopping: asyncio.Event) -> None:
        """Hand notices over, one by one, until cancelled."""
        while True:
            entry = await self._waiting.get()
            while not await self._recorded(entry):
                await pause(stopping, _RETRY_S)

    def _leave(self, entry: Entry) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(entry)

    async def _recorded(self, entry: Entry) -> bool:
        try:
            await self._recorder.record(entry)
        except Transient:
            return False
        return True
