"""One connection to the NATS server, from its first word to its end.

Publishes what waits, each frame acknowledged by the server on its own; reads what the others say
and acknowledges it once our readers have been written it. Nothing is mended here: whatever goes
wrong ends the link, and the join makes another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from nats.aio.msg import Msg

from live.relay.nats.arrivals import Arrival
from live.relay.nats.lane import LaneState
from live.relay.nats.letters import MESSAGE_ID, RELAY, Letter, origin_of
from live.relay.nats.ports import Heard, Wire
from live.relay.nats.settings import NatsSettings
from live.relay.nats.streams import begin_reading, ensure_stream

MOST_UNDER_WAY = 2_048
"""Letters without the server's word: enough to hide a far server's round trip."""
SLICE = 16
"""Messages handled before others get their turn: a third of a millisecond of the relay's loop."""
HEADERS_BYTES = 512
"""Of our two headers and what surrounds them; the server counts them as payload."""
PATIENCE_S = 5.0
"""For the server's word on a letter; a busy disk takes a tenth of it."""
_INSISTING_S = 0.05


class LinkBroken(Exception):
    """The link has ended; the sentence says why."""


class Link:
    """One connection.

    Args:
        wire: Connected, and told to call :meth:`lost` when it is not any more.
        settings: Of the join.
        lanes: The streams.
        flush: Writes to our readers what was just taken in.
        confess: Tells the others what had to give way since it was called last.
    """

    def __init__(
        self,
        wire: Wire,
        settings: NatsSettings,
        lanes: Sequence[LaneState],
        flush: Callable[[], None],
        confess: Callable[[], None],
    ) -> None:
        self._wire = wire
        self._settings = settings
        self._lanes = lanes
        self._flush = flush
        self._confess = confess
        self._answers = ""
        self._failure = ""
        self._has_failed = asyncio.Event()

    def lost(self, reason: str) -> None:
        """End the link."""
        self._failure = self._failure or reason
        self._has_failed.set()

    async def open(self) -> None:
        """Make the streams and listen for the server's word.

        Raises:
            nats.errors.Error: The server will not, or does not answer.
        """
        self._answers = self._wire.new_inbox()
        for lane in self._lanes:
            await ensure_stream(self._wire.jetstream(), lane, self._settings)
        for lane in self._lanes:
            lane.spool.take_back()
            await self._listen(f"{self._answers}.{lane.lane.name}.*", self._hearer(lane))

    async def run(self, settled: asyncio.Event) -> None:
        """Publish, and once our readers have settled read, until the link ends.

        Raises:
            LinkBroken: It has ended.
            nats.errors.Error: Likewise, in the library's words.
        """
        work = [self._fail()]
        work += [self._publish(lane) for lane in self._lanes if lane.is_published]
        work += [self._watch(lane) for lane in self._lanes if lane.is_published]
        work += [self._read(lane, settled) for lane in self._lanes if lane.is_read]
        tasks: list[asyncio.Future[None]] = [asyncio.ensure_future(one) for one in work]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end_all(tasks)

    async def _fail(self) -> None:
        await self._has_failed.wait()
        raise LinkBroken(self._failure)

    async def _listen(self, subject: str, heard: Heard) -> None:
        """Subscribe without the library's own limits: it would drop beyond them, silently to us."""
        await self._wire.subscribe(subject, cb=heard, pending_msgs_limit=-1, pending_bytes_limit=-1)

    async def _publish(self, lane: LaneState) -> None:
        spool = lane.spool
        while True:
            letters = spool.take(min(SLICE, MOST_UNDER_WAY - spool.under_way))
            for number, letter in letters:
                await self._send(lane, number, letter)
            if letters:
                await asyncio.sleep(0)
            else:
                lane.stirred.clear()
                await lane.stirred.wait()

    async def _send(self, lane: LaneState, number: int, letter: Letter) -> None:
        if len(letter.data) + HEADERS_BYTES > self._wire.max_payload:
            lane.spool.give_up(number)
            return
        await self._wire.publish(
            letter.subject,
            letter.data,
            reply=f"{self._answers}.{lane.lane.name}.{number}",
            headers={MESSAGE_ID: letter.message_id, RELAY: self._settings.name},
        )

    async def _watch(self, lane: LaneState) -> None:
        """End the link when letters are under way and the server says nothing of any."""
        while True:
            acknowledged = lane.spool.acknowledged
            await asyncio.sleep(PATIENCE_S)
            if lane.spool.under_way and lane.spool.acknowledged == acknowledged:
                raise LinkBroken("the NATS server does not answer")
            self._confess()

    def _hearer(self, lane: LaneState) -> Heard:
        async def heard(answer: Msg) -> None:
            if not answer.data or b'"error"' in answer.data:
                words = answer.data.decode(errors="replace") or "no stream answers"
                self.lost(f"the NATS server does not keep {lane.stream}: {words}")
                return
            lane.spool.acknowledge(int(answer.subject.rpartition(".")[2]))
            lane.stirred.set()

        return heard

    async def _read(self, lane: LaneState, settled: asyncio.Event) -> None:
        await settled.wait()
        arrived: list[Msg] = []
        has_arrived = asyncio.Event()

        async def heard(message: Msg) -> None:
            arrived.append(message)
            has_arrived.set()

        inbox = self._wire.new_inbox()
        await self._listen(inbox, heard)
        await begin_reading(self._wire.jetstream(), lane, self._settings, inbox)
        while True:
            await has_arrived.wait()
            batch = arrived[:SLICE]
            del arrived[:SLICE]
            if not arrived:
                has_arrived.clear()
            await self._take(lane, batch)

    async def _take(self, lane: LaneState, batch: Sequence[Msg]) -> None:
        """Hand messages on; only then are they read.

        A relay killed between the two hands on this batch again when it is back: twice rather than
        never.
        """
        sequence = 0
        for message in batch:
            sequence = message.metadata.sequence.stream
            origin = origin_of(message.headers)
            lane.arrivals.take(Arrival(sequence, message.subject, origin, message.data))
        self._flush()
        await asyncio.sleep(0)  # uvloop writes at the end of a turn, not when it is asked to
        lane.position.keep(sequence)
        await batch[-1].ack()


async def end_all(tasks: Iterable[asyncio.Future[None]]) -> None:
    """Cancel tasks until they have ended: nats-py loses a cancellation that meets an answer."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=_INSISTING_S)
        for task in ended:
            if not task.cancelled():
                task.exception()  # heard, so that asyncio does not complain of it
