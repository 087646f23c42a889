"""Facts are stamped, threaded to their cause, and written however often the recorder goes away."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import StorageFailed
from journal.entry import Entry
from live.execution.scribe import Scribe, Trail
from tests.kit.clock import NOON_NS, noon_clock
from tests.kit.facts import fact
from tests.kit.trading import RememberingRecorder


def test_each_fact_is_caused_by_the_one_before():
    recorder, trail = RememberingRecorder(), Trail("opp-1", "cause")
    planned, intended = fact("execution.planned"), fact("transaction.intended")
    asyncio.run(Scribe(recorder, noon_clock()).note(trail, planned, intended))
    first, second = recorder.entries
    assert (first.correlation_id, first.causation_id) == ("opp-1", "cause")
    assert (second.correlation_id, second.causation_id) == ("opp-1", planned.record_id())
    assert trail.causation_id == intended.record_id()
    assert first.observed_ns == NOON_NS


def test_what_is_held_is_written_with_the_next_fact_of_its_thread_in_one_go():
    recorder, trail = RememberingRecorder(), Trail("opp-1", "cause")
    groups: list[int] = []
    kept = recorder.record

    async def counted(*entries: Entry) -> list[int]:
        groups.append(len(entries))
        return await kept(*entries)

    recorder.record = counted  # type: ignore[method-assign]
    scribe = Scribe(recorder, noon_clock())
    planned, intended = fact("execution.planned"), fact("transaction.intended")
    scribe.hold(trail, planned)
    assert recorder.journal == []
    asyncio.run(scribe.note(trail, intended))
    assert recorder.journal == ["execution.planned", "transaction.intended"]
    assert groups == [2]
    assert recorder.entries[1].causation_id == planned.record_id()
    assert trail.held == []


def test_a_recorder_that_comes_back_hears_the_fact_once():
    recorder = RememberingRecorder()
    recorder.away_times = 3
    asyncio.run(Scribe(recorder, noon_clock()).note(Trail(), fact("execution.planned")))
    assert recorder.journal == ["execution.planned"]


def test_a_full_disk_is_not_waited_for():
    class FullDisk:
        async def record(self, *entries: Entry) -> list[int]:
            raise StorageFailed("the disk is full; make room")

    with pytest.raises(StorageFailed):
        asyncio.run(Scribe(FullDisk(), noon_clock()).note(Trail(), fact("execution.planned")))
