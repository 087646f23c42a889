"""A record is shown as it was kept, whether its seal holds, and nothing where one is missing."""

from __future__ import annotations

import json
import sqlite3

import pytest

from domain.errors import ConfigRefused, InputRefused, JournalTampered
from domain.home import DeskHome
from journal.reader import JournalReader
from journal.writer import JournalWriter
from ops.books.journal_lines import print_records
from tests.kit.clock import noon_clock
from tests.kit.facts import a_mark, an_entry
from tests.kit.homes import a_home


@pytest.fixture
def home(tmp_path) -> DeskHome:
    found = a_home(tmp_path)
    with JournalWriter(found, noon_clock()) as writer:
        writer.append([an_entry(a_mark(n)) for n in range(5)])
    return found


def test_records_are_shown_in_the_order_asked_for_with_all_that_was_kept(home, capsys):
    print_records(home, [4, 2])
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["seq"] for one in shown] == [4, 2]
    with JournalReader(home.journal_db) as journal:
        kept = {record.seq: record for record in journal.read()}
    for one in shown:
        record = kept[one["seq"]]
        assert one["fact"] == json.loads(record.payload)
        assert (one["hash"], one["prev_hash"]) == (record.hash, record.prev_hash)
        assert (one["observed_ns"], one["recorded_ns"]) == (record.observed_ns, record.recorded_ns)
        assert one["is_sealed"]


def test_a_number_that_is_no_record_is_refused_before_anything_is_shown(home, capsys):
    for seq in (0, -1, 6, 2**63, 2**80):
        with pytest.raises(InputRefused, match="from 1 to 5"):
            print_records(home, [1, seq])
    assert capsys.readouterr().out == ""


def test_a_desk_without_a_journal_is_refused(tmp_path):
    with pytest.raises(ConfigRefused):
        print_records(DeskHome(tmp_path), [1])


def change(home: DeskHome, *statements: str) -> None:
    """Change the journal under its engine's feet."""
    connection = sqlite3.connect(home.journal_db)
    for trigger in ("fact_is_never_changed", "fact_is_never_deleted"):
        connection.execute(f"drop trigger {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "changed",
    [
        "observed_ns = observed_ns + 1",
        "observed_ns = -1",
        "recorded_ns = 9223372036854775807",
        "payload = substr(payload, 2)",
        "payload = ''",
        "prev_hash = 'none'",
        "hash = ''",
    ],
)
def test_a_record_that_was_changed_is_shown_and_named(home, capsys, changed: str):
    change(home, f"update fact set {changed} where seq = 3")  # noqa: S608 (our own words)
    with pytest.raises(JournalTampered, match="not what was sealed"):
        print_records(home, [2, 3])
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["is_sealed"] for one in shown] == [True, False]


def test_a_record_that_was_taken_out_is_missing_and_not_refused(home, capsys):
    change(home, "delete from fact where seq = 3")
    with pytest.raises(JournalTampered, match="missing"):
        print_records(home, [2, 3])
    assert capsys.readouterr().out == ""
