"""What was written is there after a crash, and what could not be written is said so."""

import sqlite3

import msgspec
import pytest

from domain.errors import InputRefused, StorageFailed
from rehearsal.exchange.commands import Cancel, Deposit, Place, Quote
from rehearsal.exchange.engine import Engine
from rehearsal.exchange.history import History
from rehearsal.exchange.store import Kept, Snapshot, Store

COMMANDS = [
    Deposit("a", "USDC", 10**20),
    Place("a", "buy", "limit", 10**8, 300_000, "IOC", cl_ord_id="x", userref=-3),
    Cancel("a", (1, 2)),
    Quote("maker", ((1, 2),), ((3, 4), (5, 6))),
]


def test_commands_come_back_in_order_and_whole(tmp_path):
    kept = [Kept(seq, 10 * seq, command) for seq, command in enumerate(COMMANDS, start=1)]
    store = Store(tmp_path / "new" / "e.sqlite")
    for each in kept:
        store.keep(each)
    store.close()
    assert list(Store(tmp_path / "new" / "e.sqlite").commands()) == kept


def test_a_snapshot_replaces_the_commands_before_it(tmp_path):
    store = Store(tmp_path / "e.sqlite")
    for seq, command in enumerate(COMMANDS, start=1):
        store.keep(Kept(seq, seq, command))
    snapshot = Snapshot(3, 3, 1, Engine().state(), History(["a"]))
    store.replace_snapshot(snapshot)
    assert msgspec.to_builtins(store.snapshot()) == msgspec.to_builtins(snapshot)
    assert [kept.seq for kept in store.commands()] == [4]


def test_a_nonce_is_kept_with_its_command(tmp_path):
    store = Store(tmp_path / "e.sqlite")
    store.keep(Kept(1, 1, COMMANDS[0]), ("key", 41))
    store.keep(Kept(2, 2, COMMANDS[1]), ("key", 42))
    assert store.nonces() == {"key": 42}


def test_a_command_that_cannot_be_written_is_not_half_written(tmp_path):
    store = Store(tmp_path / "e.sqlite")
    store.keep(Kept(1, 1, COMMANDS[0]))
    with pytest.raises(StorageFailed):
        store.keep(Kept(1, 1, COMMANDS[1]), ("key", 1))
    assert store.nonces() == {}
    store.keep(Kept(2, 2, COMMANDS[1]))
    assert len(list(store.commands())) == 2


def test_a_full_disk_is_said_in_one_sentence(tmp_path):
    store = Store(tmp_path / "e.sqlite")
    pages = store._db.execute("pragma page_count").fetchone()[0]
    store._db.execute(f"pragma max_page_count={pages}")
    big = Quote("maker", ((1, 2),) * 100_000, ())
    with pytest.raises(StorageFailed, match="cannot write its file"):
        store.keep(Kept(1, 1, big))
    assert list(store.commands()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "e.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(StorageFailed, match="cannot open its file"):
        Store(tmp_path / "e.sqlite")


def test_a_snapshot_of_another_version_is_refused(tmp_path):
    Store(tmp_path / "e.sqlite").close()
    with sqlite3.connect(tmp_path / "e.sqlite") as db:
        db.execute("insert into snapshot values (1, ?)", (b'{"seq":1}',))
    db.close()
    with pytest.raises(InputRefused, match="another version"):
        Store(tmp_path / "e.sqlite").snapshot()
