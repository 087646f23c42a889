"""The recorder's process: journal, door and wire put together, and one health for all three."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from domain.errors import StorageFailed
from domain.home import DeskHome
from journal.entry import Entry
from journal.post import RECORDER_SOCKET
from journal.reader import JournalReader
from journal.record import Record
from journal.records import WireSegment
from journal.writer import JournalWriter
from live.aio.process import Service, serve
from live.aio.waiting import pause
from live.recorder.committer import Committer
from live.recorder.door_server import DoorServer
from live.recorder.wire import WireKeeper, open_channel
from live.relay.client import defi_frames, market_frames

NAME = "recorder"
_LOOK_EVERY_S = 0.5
CHANNELS = ("market", "defi")


def main(home: DeskHome) -> None:
    """Run the recorder until it is asked to stop."""
    serve(NAME, home, body)


async def body(service: Service) -> None:
    """Do the work of the process, as :func:`live.aio.process.serve` runs it."""
    with (
        JournalWriter(service.home, service.clock) as writer,
        JournalReader(service.home.journal_db) as reader,
    ):
        await _Recorder(service, writer, reader).run()


class _Recorder:
    """The parts, and the order in which they start and stop."""

    def __init__(self, service: Service, writer: JournalWriter, reader: JournalReader) -> None:
        self._service = service
        self._reader = reader
        self._failures: dict[str, str] = {}
        self._is_open = False
        self._committer = Committer(writer, self._committed, partial(self._storage, "journal"))
        self._door = DoorServer(self._committer, self._read)

    async def run(self) -> None:
        committing = self._service.spawn(self._committer.run(), "committer")
        keepers = [await self._open(channel) for channel in CHANNELS]
        await self._door.listen(self._service.home.sockets / RECORDER_SOCKET)
        self._is_open = True
        self._service.ready()
        wires = self._hear(keepers)
        try:
            while not await pause(self._service.stopping, _LOOK_EVERY_S):
                for keeper in keepers:
                    await keeper.seal_if_due()
        finally:
            self._is_open = False
            await _cancel(wires)
            await self._door.close()
            for keeper in keepers:
                await keeper.seal()
            await self._committer.finish()
            await asyncio.wait({committing})

    def _hear(self, keepers: Sequence[WireKeeper]) -> list[asyncio.Task[None]]:
        home = self._service.home
        market, defi = keepers
        return [
            self._service.spawn(market.keep(market_frames(home)), "market wire"),
            self._service.spawn(defi.keep(defi_frames(home, is_counting=True)), "defi wire"),
        ]

    async def _open(self, channel: str) -> WireKeeper:
        log, unvouched = await asyncio.to_thread(
            open_channel, self._service.home, channel, self._next_frame(channel)
        )
        for segment in unvouched:
            await self._keep_segment(segment)
        return WireKeeper(
            channel,
            log,
            self._service.clock,
            self._keep_segment,
            partial(self._storage, f"{channel} wire"),
        )

    async def _keep_segment(self, segment: WireSegment) -> None:
        await self._committer.record(Entry(segment, self._service.clock.now_ns()))

    def _next_frame(self, channel: str) -> int:
        next_frame, seq = 0, 0
        while page := self._reader.read(seq, kinds=(WireSegment.KIND,)):
            seq = page[-1].seq
            for fact in (record.fact() for record in page):
                if isinstance(fact, WireSegment) and fact.channel == channel:
                    next_frame = max(next_frame, fact.last_frame + 1)
        return next_frame

    def _read(self, kinds: Sequence[str], after_seq: int, limit: int) -> list[Record]:
        return self._reader.read(after_seq, kinds=kinds, limit=limit)

    def _committed(self) -> None:
        self._door.facts_were_added()

    def _storage(self, part: str, failure: StorageFailed | None) -> None:
        if failure is None:
            self._failures.pop(part, None)
        else:
            self._failures[part] = str(failure)
        if not self._is_open:
            return
        if self._failures:
            self._service.degraded("; ".join(self._failures.values()))
        else:
            self._service.ready()


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
