"""A process that starts again reads what it asks for, all of it, in order."""

from __future__ import annotations

from pathlib import Path

from journal.writer import JournalWriter
from live.recorder.history import past_records
from tests.kit.clock import noon_clock
from tests.kit.facts import a_mark, an_entry, fact
from tests.kit.homes import a_home


def test_every_record_of_the_kinds_asked_for_is_read_over_all_pages(tmp_path: Path):
    home = a_home(tmp_path)
    with JournalWriter(home, noon_clock()) as writer:
        writer.append([an_entry(a_mark(n)) for n in range(1_500)])
        writer.append([an_entry(fact("order.halt"))])
        writer.append([an_entry(a_mark(n)) for n in range(1_500, 2_200)])
    marks = list(past_records(home, ["market.mark"]))
    assert [record.fact() for record in marks] == [a_mark(n) for n in range(2_200)]
    assert [record.kind for record in past_records(home, ["order.halt"])] == ["order.halt"]


def test_a_desk_without_a_journal_has_no_past(tmp_path: Path):
    assert list(past_records(a_home(tmp_path), ["market.mark"])) == []
