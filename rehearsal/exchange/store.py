"""The exchange's durable memory: every command, written before it is carried out and answered.

Because the engine is a function of its commands, replaying them is resuming exactly: an order
that was answered is an order that was kept, and one that was kept but not answered exists too,
which is what a client has to find out by asking. Snapshots only shorten the replay; commands
before one are dropped. SQLite in WAL mode with synchronous=FULL: a commit is on disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from domain.errors import InputRefused, StorageFailed
from rehearsal.exchange.commands import Command
from rehearsal.exchange.engine import EngineState
from rehearsal.exchange.history import History

T = TypeVar("T")

_SCHEMA = """
create table if not exists commands (seq integer primary key, at_us integer not null, body blob);
create table if not exists snapshot (only integer primary key check (only = 1), body blob);
create table if not exists nonces (api_key text primary key, nonce integer not null);
"""


class Snapshot(msgspec.Struct):
    """The whole exchange after command `seq`."""

    seq: int
    at_us: int
    opened_us: int
    engine: EngineState
    history: History


class Kept(msgspec.Struct, frozen=True):
    """One command as it was written."""

    seq: int
    at_us: int
    command: Command


_SNAPSHOT = msgspec.json.Decoder(Snapshot)
_COMMAND: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


class Store:
    """One SQLite file.

    Args:
        path: Created with its folder when absent.

    Raises:
        StorageFailed: The file cannot be opened or is not a database.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=full")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise StorageFailed(
                f"the exchange cannot open its file: {error}; check the disk and the path",
                path=path,
            ) from error

    def snapshot(self) -> Snapshot | None:
        """Read the last snapshot, if there is one.

        Raises:
            InputRefused: It was written by another version; start from a fresh desk.
        """
        row = self._db.execute("select body from snapshot").fetchone()
        return _decoded(row[0], _SNAPSHOT) if row else None

    def commands(self) -> Iterator[Kept]:
        """Read the commands since the last snapshot, in order."""
        for seq, at_us, body in self._db.execute("select * from commands order by seq"):
            yield Kept(seq, at_us, _decoded(body, _COMMAND))

    def nonces(self) -> dict[str, int]:
        """Read the highest nonce each key had used when it last changed something."""
        return dict(self._db.execute("select api_key, nonce from nonces"))

    def keep(self, kept: Kept, nonce: tuple[str, int] | None = None) -> None:
        """Write one command, and the nonce it came with; returns once it is on disk.

        Raises:
            StorageFailed: Nothing was written.
        """
        row = (kept.seq, kept.at_us, msgspec.json.encode(kept.command))
        with _transaction(self._db):
            self._db.execute("insert into commands values (?, ?, ?)", row)
            if nonce is not None:
                self._db.execute("insert or replace into nonces values (?, ?)", nonce)

    def replace_snapshot(self, snapshot: Snapshot) -> None:
        """Write a snapshot and drop what it makes superfluous, in one transaction.

        Raises:
            StorageFailed: Nothing was written; the longer replay still works.
        """
        with _transaction(self._db):
            body = msgspec.json.encode(snapshot)
            self._db.execute("insert or replace into snapshot values (1, ?)", (body,))
            self._db.execute("delete from commands where seq <= ?", (snapshot.seq,))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    try:
        db.execute("begin immediate")
        try:
            yield
            db.execute("commit")
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise
    except sqlite3.Error as error:
        raise StorageFailed(
            f"the exchange cannot write its file: {error}; nothing was done"
        ) from error


def _decoded(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise InputRefused(
            f"the exchange's file was written by another version: {error}; open a fresh desk"
        ) from error
