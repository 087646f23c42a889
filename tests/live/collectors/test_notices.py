"""Notices of gaps: each reaches the journal once, also through a recorder that was away."""

from __future__ import annotations

import asyncio

from journal.records import AlertRaised, GapNoticed
from live.collectors.notices import Notices
from tests.kit.clock import HandClock
from tests.kit.eventually import eventually
from tests.kit.trading import RememberingRecorder


async def _told(recorder: RememberingRecorder, *gaps: tuple[str, str, int, int]) -> None:
    clock, stopping = HandClock(), asyncio.Event()
    notices = Notices(recorder, clock)
    work = asyncio.ensure_future(notices.run(stopping))
    for gap in gaps:
        clock.wind(1)
        notices.gap(*gap)
    await eventually(lambda: len(recorder.entries) == len(gaps))
    work.cancel()


def test_a_notice_becomes_a_fact_with_its_own_instant():
    recorder = RememberingRecorder()
    asyncio.run(_told(recorder, ("chain", "reorg", 7, 6)))
    (fact,) = recorder.of(GapNoticed.KIND)
    assert (fact.source, fact.noticed, fact.expected, fact.got) == ("chain", "reorg", 7, 6)
    assert recorder.entries[0].observed_ns == fact.noticed_ns


def test_a_recorder_that_is_away_is_tried_again_in_order():
    recorder = RememberingRecorder()
    recorder.away_times = 1
    asyncio.run(_told(recorder, ("chain", "reorg", 7, 6), ("exchange:paper", "checksum", 1, 2)))
    assert [fact.source for fact in recorder.of(GapNoticed.KIND)] == ["chain", "exchange:paper"]


def test_an_alert_and_a_gap_arrive_in_the_order_they_were_left():
    async def script() -> list[str]:
        recorder, stopping = RememberingRecorder(), asyncio.Event()
        notices = Notices(recorder, HandClock())
        notices.gap("chain", "reorg", 7, 6)
        notices.alert("chain_reorg", "warning", "chain", "two blocks are gone")
        work = asyncio.ensure_future(notices.run(stopping))
        await eventually(lambda: len(recorder.entries) == 2)
        work.cancel()
        return recorder.journal

    assert asyncio.run(script()) == [GapNoticed.KIND, AlertRaised.KIND]
