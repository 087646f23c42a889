"""Posting facts whoever is the writer now."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import JournalBusy
from journal.post import post
from journal.reader import JournalReader
from journal.writer import JournalWriter
from live.recorder.main import body
from tests.kit.clock import noon_clock
from tests.kit.facts import a_mark, an_entry
from tests.kit.homes import a_home
from tests.kit.services import running


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


def test_without_a_recorder_we_are_the_writer(home):
    assert post(home, noon_clock(), an_entry(a_mark(1))) == [1]
    assert post(home, noon_clock(), an_entry(a_mark(2))) == [2]


def test_with_a_recorder_it_is_the_writer(home):
    async def scenario() -> list[int]:
        async with running(body, home):
            return await asyncio.to_thread(post, home, noon_clock(), an_entry(a_mark(1)))

    assert asyncio.run(scenario()) == [1]
    with JournalReader(home.journal_db) as reader:
        assert reader.verify()[0] == 1


def test_another_writer_without_a_door_is_refused(home):
    with JournalWriter(home, noon_clock()), pytest.raises(JournalBusy):
        post(home, noon_clock(), an_entry())
