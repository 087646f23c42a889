"""The `detector` process: both relay channels in, opportunities out, on disk before announced.

Bytes become messages and messages go to :mod:`live.detection.detector`; what it finds is queued, so
that the feeds never wait for a disk. One task takes findings in order: record, then publish. A
finding the recorder cannot
take is dropped and counted: an opportunity nobody remembers must not be traded. One that no longer
holds by then is on record and not announced.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from domain.confidence.model import Model, read
from domain.errors import JournalConflict, RemoteWireError, Transient
from domain.home import DeskHome
from journal.records import MarkObserved, OpportunityFound
from live.aio.process import Service, serve
from live.detection.announcing import opportunity_message
from live.detection.detector import Detected, Detector, Finding, after_defi, after_market
from live.detection.holding import fault_now
from live.detection.rules import Rules, rules_from
from live.protocol import v1, v2
from live.recorder.client import Door, Entry, Recorder
from live.relay.client import Publisher, defi_frames, market_frames

NAME = "detector"
_WAITING = 256
"""Findings that may wait for the disk; more means the recorder is away and they expire anyway."""

_FOUND = Counter("alphapulse_detector_found_total", "Opportunities announced.", ["strategy"])
_DECLINED = Counter(
    "alphapulse_detector_declined_total", "Looks that found nothing.", ["strategy", "reason"]
)
_DROPPED = Counter("alphapulse_detector_dropped_total", "Findings not announced.", ["reason"])
_GAPS = Gauge("alphapulse_detector_book_gaps", "Book messages found missing since the start.")
_LOOK_S = Histogram(
    "alphapulse_detector_update_to_opportunity_seconds",
    "From frames received to opportunities decided, for batches that found something.",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5),
)
_ANNOUNCE_S = Histogram(
    "alphapulse_detector_announce_seconds",
    "From found to published, the journal's fsync included.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1),
)

Item = Finding | MarkObserved
Feed = Callable[[Detector, Sequence[Any], int], Detected]


def main(home: DeskHome) -> None:
    """Run the process until it is told to stop."""
    serve(NAME, home, run)


async def run(service: Service) -> None:
    """Wire the detector to relay and journal."""
    door = Door(service.home.sockets / "recorder.sock")
    publisher = Publisher(service.home.sockets / "signals.sock")
    process = DetectorProcess(service, door, publisher)
    service.spawn(publisher.run(), "publisher")
    service.spawn(process.announce(), "announce")
    service.spawn(process.listen(market_frames(service.home), _v1_message, after_market), "market")
    service.spawn(process.listen(defi_frames(service.home), _v2_message, after_defi), "defi")
    service.ready()
    try:
        await service.stopping.wait()
    finally:
        await door.close()


class DetectorProcess:
    """The one detector that both feeds move on.

    Args:
        service: The process.
        recorder: The journal's door.
        publisher: The signals channel.
    """

    def __init__(self, service: Service, recorder: Recorder, publisher: Publisher) -> None:
        self._service = service
        self._recorder = recorder
        self._publisher = publisher
        model = _model_of(service.home)
        self._detector = Detector.for_desk(service.card, _rules(model), model)
        self._waiting: asyncio.Queue[Item] = asyncio.Queue(_WAITING)
        self._sequence = 0

    async def listen(
        self, batches: AsyncIterator[Sequence[Any]], read: Callable[[Any], Any], feed: Feed
    ) -> None:
        """Move the detector on with each batch of one channel."""
        async for frames in batches:
            heard_ns = self._service.clock.now_ns()
            messages = [message for frame in frames if (message := read(frame)) is not None]
            if messages or not frames:
                self._take(feed(self._detector, messages, heard_ns), heard_ns)

    async def announce(self) -> None:
        """Record what was found, then publish it: all that waits in one write, in order."""
        while True:
            items = [await self._waiting.get()]
            while not self._waiting.empty():
                items.append(self._waiting.get_nowait())
            for item in await self._recorded(items):
                if isinstance(item, Finding):
                    self._publish_held(item.opportunity)

    def _take(self, detected: Detected, heard_ns: int) -> None:
        self._detector = detected.detector
        _GAPS.set(detected.detector.market.gaps)
        for (strategy, reason), count in detected.declined.items():
            _DECLINED.labels(strategy, reason).inc(count)
        if detected.findings:
            _LOOK_S.observe((self._service.clock.now_ns() - heard_ns) / 1e9)
        for item in (detected.mark, *detected.findings):
            if item is not None:
                self._queue(item)

    def _queue(self, item: Item) -> None:
        try:
            self._waiting.put_nowait(item)
        except asyncio.QueueFull:
            _DROPPED.labels("queue_full").inc()

    async def _recorded(self, items: Sequence[Item]) -> Sequence[Item]:
        """Record items and give those that are new on disk."""
        try:
            await self._recorder.record(*(entry for item in items for entry in _entries(item)))
        except Transient as error:
            _DROPPED.labels("recorder_away").inc(len(items))
            self._service.degraded(str(error))
            return ()
        except JournalConflict:
            return await self._recorded_apart(items)
        self._service.ready()
        return items

    async def _recorded_apart(self, items: Sequence[Item]) -> Sequence[Item]:
        """Find which item the journal knows already: reported before a restart, so not news."""
        if len(items) == 1:
            _DROPPED.labels("already_known").inc()
            return ()
        return [kept for item in items for kept in await self._recorded([item])]

    def _publish_held(self, fact: OpportunityFound) -> None:
        """Publish what still holds by the market as it is after the disk; count what does not."""
        detector, now_ns = self._detector, self._service.clock.now_ns()
        fault = fault_now(detector.market, fact, detector.rules, now_ns)
        if fault is not None:
            _DROPPED.labels(fault.value).inc()
            return
        self._publish(fact, now_ns)

    def _publish(self, fact: OpportunityFound, now_ns: int) -> None:
        self._sequence += 1
        message = opportunity_message(self._service.card, fact)
        self._publisher.send(
            v2.encode(
                message, source=v2.SOURCE_DETECTOR, sequence=self._sequence - 1, sent_ns=now_ns
            )
        )
        _FOUND.labels(fact.strategy).inc()
        _ANNOUNCE_S.observe((now_ns - fact.found_ns) / 1e9)


def _model_of(home: DeskHome) -> Model | None:
    """Read the desk's confidence model; ``None`` before one was trained.

    Raises:
        InputRefused: The file is no model of ours, or was changed.
    """
    return read(home.confidence.read_bytes()) if home.confidence.exists() else None


def _rules(model: Model | None) -> Rules:
    rules = rules_from(os.environ)
    return replace(rules, half_life_ns=model.half_life_ns) if model else rules


def _entries(item: Item) -> list[Entry]:
    if isinstance(item, MarkObserved):
        return [Entry(item, observed_ns=item.observed_ns)]
    found = item.opportunity
    return [
        Entry(item.mark, observed_ns=item.mark.observed_ns),
        Entry(found, observed_ns=found.found_ns, correlation_id=found.opportunity_id),
    ]


def _v1_message(frame: v1.Frame) -> Any:  # noqa: ANN401 (any v1 message)
    try:
        return v1.decode(frame, arbitrage="A")
    except RemoteWireError:
        return None


def _v2_message(frame: v2.Frame) -> Any:  # noqa: ANN401 (any v2 message)
    try:
        return frame.message
    except RemoteWireError:  # a relay hands on what it does not read
        return None
