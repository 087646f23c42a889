"""The recorder whole: journal, door and wire in one process, on good days and bad ones."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
from msgspec import structs

from domain.clock import SECOND_NS
from domain.errors import InputRefused, JournalBusy, StorageFailed
from domain.layers.messages import Stretch, conserve
from journal.door import Door
from journal.door_wire import (
    Append,
    MessageSplitter,
    Tail,
    WireEntry,
    pull_answer,
    pull_failure,
    push_message,
)
from journal.reader import JournalReader
from journal.records import WireSegment
from journal.writer import JournalWriter
from live.protocol import v1, v2
from live.protocol.v2.table import TABLE
from live.recorder.main import body
from live.recorder.segments import read_segment
from live.relay.client import Publisher
from live.relay.main import body as relay_body
from tests.kit.clock import noon_clock
from tests.kit.eventually import eventually
from tests.kit.facts import a_mark, an_entry
from tests.kit.homes import a_home
from tests.kit.running import child
from tests.kit.services import a_service, running
from tests.live.relay.makers import an_alert


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


@pytest.fixture
def door(home):
    return Door(home.sockets / "recorder.sock", patience_s=0.2)


def segments(home) -> list[WireSegment]:
    with JournalReader(home.journal_db) as reader:
        return [record.fact() for record in reader.read(kinds=[WireSegment.KIND])]


def test_the_wire_is_kept_frame_for_frame_and_sealed_at_the_stop(home):
    sent = [v1.encode(v1.Heartbeat(1, n), n) for n in range(50)]

    async def one_life(frames: list[bytes]) -> None:
        async with running(relay_body, home), running(body, home):
            publisher = Publisher(home.sockets / "paper.sock")
            task = asyncio.create_task(publisher.run())
            await eventually(lambda: publisher.is_connected)
            await eventually(lambda: _subscribers() == 1)
            before = _size(home)
            publisher.send(*frames)
            await eventually(lambda: _size(home) >= before + sum(map(len, frames)))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(one_life(sent[:20]))
    asyncio.run(one_life(sent[20:]))
    kept = [segment for segment in segments(home) if segment.channel == "market"]
    assert [(s.first_frame, s.last_frame) for s in kept] == [(0, 19), (20, 49)]
    raw = [frame for s in kept for _ns, frame in read_segment(home.root / s.path)]
    assert raw == sent


def test_the_relays_own_count_is_kept_among_the_frames_it_counts(home):
    clock = noon_clock()
    said = [v2.encode(an_alert(str(n)), source=9, sequence=n, sent_ns=n) for n in range(7)]

    async def scenario() -> None:
        async with running(relay_body, home, clock), running(body, home):
            publisher = Publisher(home.sockets / "trader.sock")
            task = asyncio.create_task(publisher.run())
            await eventually(lambda: publisher.is_connected)
            await eventually(lambda: _wire(home, "defi"))
            publisher.send(*said)
            await eventually(lambda: said[-1] in _wire(home, "defi"))
            clock.wind(SECOND_NS)
            await eventually(lambda: _words(home) == 2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scenario())
    stretches = [
        Stretch(segment.channel, **structs.asdict(one))
        for segment in segments(home)
        for one in segment.senders
    ]
    rows = {row.source: row for row in conserve(stretches)}
    assert (rows["relay:risk"].sent, rows["relay:risk"].unaccounted) == (7, 0)
    assert (rows["9"].sent, rows["9"].unaccounted) == (7, 0)


def _wire(home, channel: str) -> bytes:
    return b"".join(path.read_bytes() for path in (home.wire / channel).glob("*"))


def _words(home) -> int:
    """Count the words of the relay about what it meant for us."""
    number = TABLE.by_message[v2.Counts].number
    return _wire(home, "defi").count(b"APv2\x02\x00" + struct.pack("<HH", v2.SOURCE_RELAY, number))


def _size(home) -> int:
    return sum(path.stat().st_size for path in (home.wire / "market").glob("*"))


def _subscribers() -> float | None:
    from prometheus_client import REGISTRY

    return REGISTRY.get_sample_value("alphapulse_relay_subscribers", {"channel": "market"})


def test_a_full_disk_fails_the_call_in_a_sentence_and_shows_on_the_health_page(
    home, door, monkeypatch
):
    async def scenario() -> None:
        async with running(body, home) as service:
            with monkeypatch.context() as patched:
                patched.setattr(JournalWriter, "append_groups", full)
                with pytest.raises(StorageFailed, match="make room"):
                    await door.record(an_entry(a_mark(1)))
                assert service.health().state == "degraded"
                assert "make room" in service.health().reason
            assert await door.record(an_entry(a_mark(1))) == [1]
            assert service.health().is_ready
            await door.close()

    asyncio.run(scenario())


def full(*_args):
    raise StorageFailed("the disk of the journal is full; make room")


def test_nonsense_at_the_door_costs_its_own_connection_only(home, door):
    async def scenario() -> None:
        async with running(body, home):
            for nonsense in (b"\xff" * 64, b"\0\0\0\1\xc1", b"GET / HTTP/1.1\r\n\r\n"):
                reader, writer = await asyncio.open_unix_connection(home.sockets / "recorder.sock")
                writer.write(nonsense)
                writer.write_eof()
                assert await asyncio.wait_for(reader.read(), 5) == b""
                writer.close()
            assert await door.record(an_entry(a_mark(1))) == [1]
            await door.close()

    asyncio.run(scenario())


def test_odd_requests_are_answered_or_ignored_and_the_recorder_stays(home, door):
    odd = (
        Tail(("order.halt",) * 5_000, 0),
        Tail((), 0),
        Tail(("order.halt", "no such kind"), 2**64 - 1),
        Append(1, ()),
        Append(2, (WireEntry("order.halt", 1, HALT, 2**64 - 1, "", "", None),)),
        Append(3, (WireEntry("order.halt", 1, HALT, 1, "", "", -1),)),
    )

    async def scenario() -> None:
        async with running(body, home):
            reader, writer = await asyncio.open_unix_connection(home.sockets / "recorder.sock")
            writer.write(b"".join(map(push_message, odd)))
            splitter, answers = MessageSplitter(), []
            while len(answers) < 3:
                answers += map(pull_answer, splitter.feed(await reader.read(65_536)))
            assert sorted(type(answer).__name__ for answer in answers) == [
                "Appended", "Failed", "Failed",
            ]  # fmt: skip
            writer.close()
            assert await door.record(an_entry(a_mark(1))) == [1]
            await door.close()

    asyncio.run(scenario())


HALT = b'{"scope":"a","cause_id":"b","reason":"c"}'


def test_a_fact_of_a_kind_nobody_knows_is_refused_and_the_connection_stays(home):
    unknown = WireEntry("market.dream", 1, b"{}", 1, "", "", None)
    known = WireEntry("order.halt", 1, HALT, 1, "", "", None)

    def talk() -> list[object]:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(home.sockets / "recorder.sock"))
            answers: list[object] = []
            splitter = MessageSplitter()
            for call, entry in enumerate((unknown, known)):
                client.sendall(push_message(Append(call, (entry,))))
                answers += map(pull_answer, splitter.feed(client.recv(65_536)))
            return answers

    async def scenario() -> list[object]:
        async with running(body, home):
            return await asyncio.to_thread(talk)

    refused, kept = asyncio.run(scenario())
    assert isinstance(pull_failure(refused), InputRefused)
    assert kept.seqs == (1,)


def test_a_second_recorder_is_refused_in_one_sentence_with_exit_code_two(home):
    with JournalWriter(home, noon_clock()), child("live.recorder.main", home) as second:
        code, said = second.wait()
    assert code == 2
    assert said.startswith("recorder: another process already writes this journal")
    assert len(said.splitlines()) == 1


def test_a_journal_that_is_busy_is_refused_in_process_too(home):
    async def scenario() -> None:
        await a_service(home).run(body)

    with JournalWriter(home, noon_clock()), pytest.raises(JournalBusy):
        asyncio.run(scenario())
