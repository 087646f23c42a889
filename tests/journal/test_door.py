"""The door against a real recorder: acknowledged means durable, re-sending means once."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import JournalConflict, Transient
from journal.door import Door, SyncDoor
from journal.reader import JournalReader
from journal.records import HaltOrdered
from live.recorder.main import body
from tests.kit.eventually import eventually
from tests.kit.facts import a_mark, an_entry, fact
from tests.kit.homes import a_home
from tests.kit.running import Child, child, is_served
from tests.kit.services import running

RECORDER = "live.recorder.main"
SOCKET = "recorder.sock"


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


@pytest.fixture
def door(home):
    return Door(home.sockets / SOCKET)


def kept(home) -> list:
    with JournalReader(home.journal_db) as reader:
        reader.verify()
        return [record.fact() for record in reader.read(limit=100_000)]


def test_many_hands_at_once_get_every_fact_in(home, door):
    async def scenario() -> list[list[int]]:
        async with running(body, home):
            calls = [door.record(an_entry(a_mark(n)), an_entry(a_mark(n + 1))) for n in range(200)]
            answers = await asyncio.gather(*calls)
            await door.close()
            return answers

    answers = asyncio.run(scenario())
    facts = kept(home)
    assert [facts[seqs[0] - 1] for seqs in answers] == [a_mark(n) for n in range(200)]
    assert len(facts) == 201


def test_a_killed_recorder_keeps_what_it_acknowledged_and_resending_is_once(home):
    async def hand_in_until_it_dies(recorder: Child) -> list[int]:
        door, acked = Door(home.sockets / SOCKET, patience_s=0.0), []
        try:
            for n in range(10_000):
                await door.record(an_entry(a_mark(n)))
                acked.append(n)
                if n == 100:
                    recorder.kill()
        except Transient:
            return acked
        finally:
            await door.close()
        raise AssertionError("it never died")

    async def hand_in_again(acked: list[int]) -> list[list[int]]:
        patient = Door(home.sockets / SOCKET, patience_s=30)
        waiting = asyncio.create_task(patient.record(an_entry(a_mark(len(acked)))))
        async with running(body, home):
            again = [await patient.record(an_entry(a_mark(n))) for n in acked]
            again.append(await waiting)
            await patient.close()
        return again

    with child(RECORDER, home, SOCKET) as recorder:
        acked = asyncio.run(hand_in_until_it_dies(recorder))
    before = kept(home)
    assert before[: len(acked)] == [a_mark(n) for n in acked]
    again = asyncio.run(hand_in_again(acked))
    assert again == [[n + 1] for n in range(len(acked) + 1)]
    assert kept(home) == [a_mark(n) for n in range(len(acked) + 1)]


def test_a_conflict_comes_back_as_one_and_harms_nobody_else(home, door):
    async def scenario() -> list[object]:
        async with running(body, home):
            await door.record(an_entry(a_mark(1)))
            calls = (
                door.record(an_entry(a_mark(1, mark_e6=5))),
                door.record(an_entry(a_mark(2))),
            )
            answers = await asyncio.gather(*calls, return_exceptions=True)
            await door.close()
            return answers

    conflict, other = asyncio.run(scenario())
    assert isinstance(conflict, JournalConflict)
    assert other == [2]


def test_facts_of_a_kind_are_heard_past_ones_first_and_across_a_restart(home, door):
    heard: list[str] = []

    async def listen() -> None:
        async for record in door.tail((HaltOrdered.KIND,)):
            heard.append(record.fact().cause_id)  # noqa: PERF401 (an endless one)

    async def scenario() -> None:
        async with running(body, home):
            await door.record(an_entry(fact("order.halt", cause_id="1")), an_entry(a_mark(1)))
            listening = asyncio.create_task(listen())
            await eventually(lambda: heard == ["1"])
            await door.record(an_entry(fact("order.halt", cause_id="2")))
            await eventually(lambda: heard == ["1", "2"])
        async with running(body, home):
            await door.record(an_entry(fact("order.halt", cause_id="3")))
            await eventually(lambda: heard == ["1", "2", "3"])
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await door.close()

    asyncio.run(scenario())


def test_nobody_at_the_door_is_transient(home):
    async def knock() -> None:
        await Door(home.sockets / SOCKET, patience_s=0.1).record(an_entry())

    with pytest.raises(Transient, match="is it running"):
        asyncio.run(knock())
    with pytest.raises(Transient, match="is it running"):
        SyncDoor(home.sockets / SOCKET)


def test_the_plain_door_answers_after_the_flush_and_raises_what_failed(home):
    def hand_in() -> None:
        door = SyncDoor(home.sockets / SOCKET)
        assert door.record(an_entry(a_mark(1)), an_entry(a_mark(2))) == [1, 2]
        assert kept(home) == [a_mark(1), a_mark(2)]
        with pytest.raises(JournalConflict):
            door.record(an_entry(a_mark(1, mark_e6=5)))
        assert door.record(an_entry(a_mark(1))) == [1]
        door.close()
        assert is_served(home.sockets / SOCKET)

    async def scenario() -> None:
        async with running(body, home):
            await asyncio.to_thread(hand_in)

    asyncio.run(scenario())
