"""The journal's file: opening it, its schema, and its engine's failures in the house's own words.

SQLite in WAL mode, every commit flushed to the disk. What is written and why is the writer's
business; nothing outside this room opens the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import (
    ConfigRefused,
    InputRefused,
    InvariantBroken,
    JournalTampered,
    PlatformError,
    StorageFailed,
    Transient,
)
from journal import sql


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open the journal, creating or migrating it; the caller holds the writer's lock.

    Raises:
        StorageFailed: The disk is full or the file cannot be written.
        ConfigRefused: A newer program wrote it.
        InputRefused: The file is not a journal.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    for pragma in sql.WRITER_PRAGMAS:
        connection.execute(pragma)
    version = schema_version(connection, path)
    if version < sql.SCHEMA_VERSION:
        with transaction(connection):
            _migrate(connection, version)


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for statements in sql.MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(sql.WRITE_VERSION, (str(sql.SCHEMA_VERSION),))


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the journal for reading alone; never creates it and never holds the writer up.

    Raises:
        ConfigRefused: There is no journal there, or a newer program wrote it.
        InputRefused: The file is not a journal.
    """
    if not path.exists():
        raise _no_journal_yet(path)
    with storage_errors(path):
        # Not mode=ro: SQLite cannot rebuild the index of a WAL left by a killed writer through it.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in sql.READER_PRAGMAS:
                connection.execute(pragma)
            if schema_version(connection, path) == 0:  # its writer is about to make it
                raise _no_journal_yet(path)
        except BaseException:
            connection.close()
            raise
        return connection


def _no_journal_yet(path: Path) -> ConfigRefused:
    return ConfigRefused("there is no journal here yet; start the desk's recorder first", path=path)


def schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """Read which schema a file has; 0 when it is empty.

    Raises:
        ConfigRefused: It is newer than this program.
    """
    if not connection.execute(sql.HAS_META).fetchone()[0]:
        return 0
    version = int(connection.execute(sql.READ_VERSION).fetchone()[0])
    if version > sql.SCHEMA_VERSION:
        raise ConfigRefused(
            "a newer program wrote this journal; update this one",
            path=path,
            found=version,
            known=sql.SCHEMA_VERSION,
        )
    return version


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """Do all of it or nothing: commit at the end, roll back on any error."""
    connection.execute(sql.BEGIN)
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


@contextmanager
def storage_errors(path: Path) -> Generator[None]:
    """Translate the engine's and the disk's failures, once."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_our_words(error, path) from error
    except OSError as error:
        raise StorageFailed(
            f"the journal cannot be written: {error.strerror}; make room or mend the folder",
            path=path,
        ) from error


def _in_our_words(error: sqlite3.Error, path: Path) -> PlatformError:
    code = error.sqlite_errorcode & 0xFF if hasattr(error, "sqlite_errorcode") else 0
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return StorageFailed(
            "the disk of the journal is full or failing; make room, nothing was written",
            path=path,
            engine=error,
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return StorageFailed("the journal's file cannot be opened; mend its rights", path=path)
    if code == sqlite3.SQLITE_NOTADB:
        return InputRefused("this file is not a journal; restore it from a copy", path=path)
    if code == sqlite3.SQLITE_CORRUPT:
        return JournalTampered("the journal's file is damaged; restore it from a copy", path=path)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Transient("the journal is held by another program for a moment", path=path)
    return InvariantBroken(f"the journal's engine refused a statement: {error}", path=path)
