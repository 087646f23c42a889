"""The door from inside: whoever tails hears every fact, also past a reading that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.errors import StorageFailed, Transient
from journal.door import Door
from journal.reader import JournalReader
from journal.record import Record
from journal.records import HaltOrdered
from journal.writer import JournalWriter
from live.recorder.committer import Committer
from live.recorder.door_server import DoorServer
from tests.kit.clock import noon_clock
from tests.kit.facts import an_entry, fact
from tests.kit.homes import a_home


@pytest.mark.parametrize("failure", [Transient("held for a moment"), StorageFailed("failing")])
def test_a_tail_that_could_not_be_read_is_heard_all_the_same(tmp_path: Path, failure: Exception):
    halts = [fact("order.halt", cause_id=str(n)) for n in range(3)]
    assert asyncio.run(heard(tmp_path, failure, halts)) == halts


async def heard(folder: Path, failure: Exception, halts: Sequence[object]) -> list[object]:
    """Tail halts of which the second page cannot be read at first."""
    home, failures = a_home(folder), [failure]
    with JournalWriter(home, noon_clock()) as writer, JournalReader(home.journal_db) as reader:
        writer.append([an_entry(one) for one in halts])

        def read(kinds: Sequence[str], after_seq: int, _most: int) -> list[Record]:
            if after_seq and failures:
                raise failures.pop()
            return reader.read(after_seq, kinds=kinds, limit=1)

        server = DoorServer(Committer(writer, lambda: None, lambda _: None), read)
        await server.listen(home.sockets / "recorder.sock")
        tail = Door(home.sockets / "recorder.sock").tail((HaltOrdered.KIND,))
        try:
            async with asyncio.timeout(20):
                return [(await anext(tail)).fact() for _ in halts]
        finally:
            await tail.aclose()
            await server.close()
