"""The detector as a process, with real relay and recorder: on disk first, announced once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from domain.confidence.model import read, written
from domain.home import DeskHome
from journal.reader import JournalReader
from journal.records import MarkObserved, OpportunityFound, parse_payload
from live.aio.clock import WallClock
from live.protocol import v1, v2
from live.relay.client import Publisher, defi_frames
from tests.kit.confidence import a_model
from tests.kit.eventually import eventually, eventually_sync
from tests.kit.homes import a_home
from tests.kit.market import a_block, a_quiet_book
from tests.kit.running import child

UNEVEN = {"univ2-a": 3000.0, "univ2-b": 3060.0}


class Market:
    """Both collectors in one: publishes to the relay and hears what the detector announces."""

    def __init__(self, home: DeskHome) -> None:
        self._paper = Publisher(home.sockets / "paper.sock")
        self._chain = Publisher(home.sockets / "chain.sock")
        self._sequence = 0
        self.signals: list[OpportunityFound] = []
        self._tasks = [
            asyncio.ensure_future(work)
            for work in (self._paper.run(), self._chain.run(), self._listen(home))
        ]

    async def connected(self) -> None:
        """Wait until the relay takes both feeds."""
        await eventually(lambda: self._paper.is_connected and self._chain.is_connected)

    def tell(self, *messages: Any) -> None:
        """Publish messages on the channel each belongs to, as of now."""
        for message in messages:
            self._sequence += 1
            if isinstance(message, v1.L2Snapshot):
                self._paper.send(v1.encode(message, self._sequence))
            else:
                self._chain.send(
                    v2.encode(
                        message,
                        source=v2.SOURCE_COLLECTOR_DEX,
                        sequence=self._sequence - 1,
                        sent_ns=WallClock().now_ns(),
                    )
                )

    async def close(self) -> None:
        """Stop publishing and listening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self, home: DeskHome) -> None:
        async for frames in defi_frames(home):
            for frame in frames:
                if isinstance(frame.message, v2.ArbitrageOpportunity):
                    fact = parse_payload(OpportunityFound.KIND, frame.message.record)
                    assert isinstance(fact, OpportunityFound)
                    self.signals.append(fact)


def _recorded(home: DeskHome, kind: str) -> list[Any]:
    with JournalReader(home.journal_db) as reader:
        return [record.fact() for record in reader.read(kinds=[kind])]


async def _find_one(market: Market, block: int, sequence: int) -> None:
    """Tell an uneven market again and again, as collectors do, until it is announced."""
    before = len(market.signals)

    def told() -> bool:
        market.tell(a_quiet_book(sequence), *a_block(block, UNEVEN))
        return len(market.signals) > before

    await eventually(told, within_s=20.0)


def test_what_is_announced_is_on_disk_before_and_only_once(tmp_path: Path):
    home = a_home(tmp_path)

    async def script() -> None:
        market = Market(home)
        await market.connected()
        await _find_one(market, block=10, sequence=1)
        assert _recorded(home, OpportunityFound.KIND) == market.signals
        (mark,) = [
            mark
            for mark in _recorded(home, MarkObserved.KIND)
            if mark.observed_ns == market.signals[0].found_ns
        ]
        assert mark.mark_e6 == market.signals[0].mark_e6
        await _find_one_more(market)
        await market.close()

    async def _find_one_more(market: Market) -> None:
        market.tell(*a_block(11, UNEVEN), *a_block(12, {**UNEVEN, "univ2-b": 3070.0}))
        await eventually(lambda: len(market.signals) == 2)
        assert _recorded(home, OpportunityFound.KIND) == market.signals

    with (
        child("live.relay.main", home, "relay.sock"),
        child("live.recorder.main", home, "recorder.sock"),
        child("live.detection.main", home) as detector,
    ):
        asyncio.run(script())
        assert detector.stop() == (0, "")


def test_a_killed_detector_reports_no_state_twice_and_weighs_by_the_desks_model(tmp_path: Path):
    home = a_home(tmp_path)
    home.confidence.write_bytes(written(a_model()))
    heard: list[OpportunityFound] = []

    async def script(block: int) -> None:
        market = Market(home)
        await market.connected()
        market.tell(a_quiet_book(1), *a_block(10, UNEVEN))
        if block == 10:
            await _find_one(market, block, 1)
        else:
            await _find_one(market, block, 2)
        heard.extend(market.signals)
        await market.close()

    with (
        child("live.relay.main", home, "relay.sock"),
        child("live.recorder.main", home, "recorder.sock"),
    ):
        for block in (10, 11):
            with child("live.detection.main", home) as detector:
                asyncio.run(script(block))
                detector.kill()
        recorded = _recorded(home, OpportunityFound.KIND)
        stated_by = {fact.confidence_model for fact in recorded}
        assert stated_by == {read(home.confidence.read_bytes()).sha256}
        ids = [fact.opportunity_id for fact in recorded]
        assert len(ids) == len(set(ids)) == 2
        eventually_sync(lambda: {fact.opportunity_id for fact in heard} == set(ids))
