"""The journal's file: its schema, its guards, its engine's failures in our words."""

from __future__ import annotations

import sqlite3

import pytest

from domain.errors import (
    ConfigRefused,
    InputRefused,
    InvariantBroken,
    StorageFailed,
    Transient,
)
from journal import sql
from journal.store import open_for_reading, open_for_writing, schema_version, storage_errors
from journal.writer import JournalWriter
from tests.kit.clock import noon_clock
from tests.kit.facts import an_entry
from tests.kit.homes import a_home


@pytest.fixture
def kept(tmp_path):
    home = a_home(tmp_path)
    with JournalWriter(home, noon_clock()) as writer:
        writer.append([an_entry()])
    return home.journal_db


@pytest.mark.parametrize(
    "statement",
    [
        "update fact set payload = '{}'",
        "delete from fact",
        "insert or replace into fact select * from fact",
        "update fact set hash = hash",
    ],
)
def test_the_store_refuses_to_change_or_forget_a_fact(kept, statement):
    connection = sqlite3.connect(kept)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_a_commit_is_flushed_before_it_returns(tmp_path):
    connection = open_for_writing(tmp_path / "j.sqlite")
    assert connection.execute("pragma synchronous").fetchone() == (2,)
    assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_reader_cannot_write(kept):
    connection = open_for_reading(kept)
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("insert into meta values ('a', 'b')")
    connection.close()


def test_a_journal_of_a_newer_program_is_refused_both_ways(kept):
    connection = sqlite3.connect(kept)
    connection.execute(sql.WRITE_VERSION, (str(sql.SCHEMA_VERSION + 1),))
    connection.commit()
    connection.close()
    for opened in (open_for_reading, open_for_writing):
        with pytest.raises(ConfigRefused, match="newer program"):
            opened(kept)


def test_opening_twice_migrates_once(tmp_path):
    path = tmp_path / "j.sqlite"
    for _ in range(2):
        connection = open_for_writing(path)
        assert schema_version(connection, path) == sql.SCHEMA_VERSION
        connection.close()


def test_a_file_that_is_no_journal_is_refused(tmp_path):
    path = tmp_path / "j.sqlite"
    path.write_text("dear diary, " * 100)
    for opened in (open_for_reading, open_for_writing):
        with pytest.raises(InputRefused):
            opened(path)


def test_an_absent_journal_is_not_created_by_a_reader(tmp_path):
    path = tmp_path / "j.sqlite"
    with pytest.raises(ConfigRefused, match="no journal here yet"):
        open_for_reading(path)
    assert not path.exists()


def test_a_journal_its_writer_has_only_begun_is_not_read(tmp_path):
    path = tmp_path / "j.sqlite"
    path.touch()
    with pytest.raises(ConfigRefused, match="no journal here yet"):
        open_for_reading(path)


def test_a_folder_that_cannot_be_made_is_a_storage_failure(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed):
        open_for_writing(tmp_path / "file" / "j.sqlite")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (sqlite3.SQLITE_FULL, StorageFailed),
        (sqlite3.SQLITE_IOERR_WRITE, StorageFailed),
        (sqlite3.SQLITE_READONLY, StorageFailed),
        (sqlite3.SQLITE_BUSY, Transient),
        (sqlite3.SQLITE_CONSTRAINT, InvariantBroken),
    ],
)
def test_the_engines_failures_are_told_in_our_words(tmp_path, code, told):
    error = sqlite3.OperationalError("the engine's words")
    error.sqlite_errorcode = code
    with pytest.raises(told) as caught, storage_errors(tmp_path):
        raise error
    assert caught.value.__cause__ is error
