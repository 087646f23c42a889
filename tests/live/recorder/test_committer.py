"""Group commit: shared flushes, separate fates."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import JournalConflict, StorageFailed, Transient
from live.recorder.committer import Committer
from tests.kit.facts import a_mark, an_entry


class Writer:
    """Remembers what it was given; fails when told to."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.commits: list[int] = []
        self.failure = failure
        self.seq = 0

    def append_groups(self, groups):
        self.commits.append(len(groups))
        if self.failure is not None:
            raise self.failure
        return [self._append(group) for group in groups]

    def _append(self, group):
        if any(entry.observed_ns == 666 for entry in group):
            return JournalConflict("two contents")
        first, self.seq = self.seq + 1, self.seq + len(group)
        return list(range(first, self.seq + 1))


class Heard:
    """What the committer said."""

    def __init__(self) -> None:
        self.commits = 0
        self.storage = []

    def committed(self) -> None:
        self.commits += 1


def run(writer: Writer, *groups) -> tuple[list[object], Heard]:
    async def scenario():
        heard = Heard()
        committer = Committer(writer, heard.committed, heard.storage.append)
        calls = [asyncio.create_task(committer.record(*group)) for group in groups]
        await asyncio.sleep(0)
        await committer.finish()
        await committer.run()
        return await asyncio.gather(*calls, return_exceptions=True), heard

    return asyncio.run(scenario())


def groups(count: int) -> list[list]:
    return [[an_entry(a_mark(n)), an_entry(a_mark(n))] for n in range(count)]


def test_what_waits_together_is_flushed_together():
    writer = Writer()
    answers, heard = run(writer, *groups(100))
    assert answers == [[2 * n + 1, 2 * n + 2] for n in range(100)]
    assert (writer.commits, heard.commits) == ([100], 1)
    assert heard.storage == [None]


def test_no_commit_grows_without_bound():
    writer = Writer()
    run(writer, *groups(1200))
    assert sum(writer.commits) == 1200
    assert max(writer.commits) <= 512


def test_a_conflict_is_its_owners_alone():
    answers, _heard = run(
        Writer(), [an_entry(a_mark(1))], [an_entry(observed_ns=666)], [an_entry(a_mark(2))]
    )
    assert (answers[0], answers[2]) == ([1], [2])
    assert isinstance(answers[1], JournalConflict)


def test_a_full_disk_is_told_to_everyone_who_waits_and_to_the_health_page():
    answers, heard = run(Writer(StorageFailed("make room")), *groups(3))
    assert [str(answer) for answer in answers] == ["make room"] * 3
    assert [str(failure) for failure in heard.storage] == ["make room"]
    assert heard.commits == 0


def test_another_failure_is_told_without_blaming_the_disk():
    answers, heard = run(Writer(Transient("held for a moment")), *groups(1))
    assert isinstance(answers[0], Transient)
    assert heard.storage == []


def test_a_bug_is_not_hidden():
    async def scenario():
        committer = Committer(Writer(ValueError("a bug")), lambda: None, lambda _: None)
        await committer.submit([an_entry()])
        await committer.run()

    with pytest.raises(ValueError, match="a bug"):
        asyncio.run(scenario())


def test_a_caller_that_gave_up_harms_nobody():
    async def scenario():
        committer = Committer(Writer(), lambda: None, lambda _: None)
        gone = asyncio.create_task(committer.record(an_entry(a_mark(1))))
        stays = asyncio.create_task(committer.record(an_entry(a_mark(2))))
        await asyncio.sleep(0)
        gone.cancel()
        await committer.finish()
        await committer.run()
        return await stays

    assert asyncio.run(scenario()) == [2]
