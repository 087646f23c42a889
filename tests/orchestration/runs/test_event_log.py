"""Dagster's events, kept as Dagster keeps them: what differs is only how often a file is opened."""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from orchestration.runs.event_log import KeptEventLog


@dg.asset
def something() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"dagster/row_count": 3})


def run(instance: dg.DagsterInstance) -> str:
    return dg.materialize([something], instance=instance).run_id


def test_a_desk_uses_it(instance: dg.DagsterInstance):
    assert isinstance(instance.event_log_storage, KeptEventLog)


def test_what_it_writes_dagsters_own_storage_reads(instance: dg.DagsterInstance):
    run_id = run(instance)
    folder = Path(instance.root_directory) / "storage" / "history" / "runs"
    plain = SqliteEventLogStorage(str(folder))
    written = [entry.message for entry in instance.all_logs(run_id)]
    assert [entry.message for entry in plain.get_logs_for_run(run_id)] == written
    assert plain.has_asset_key(dg.AssetKey("something"))


def test_only_the_index_and_the_last_runs_file_are_remembered(instance: dg.DagsterInstance):
    runs = [run(instance) for _ in range(3)]
    storage = instance.event_log_storage
    assert isinstance(storage, KeptEventLog)
    assert set(storage._engines) == {"index", runs[-1]}


def test_who_watches_a_run_from_another_process_hears_of_each_event(instance: dg.DagsterInstance):
    run_id = run(instance)
    folder = Path(instance.root_directory) / "storage" / "history" / "runs"
    watching, heard = SqliteEventLogStorage(str(folder)), SimpleQueue()
    watching.watch(run_id, cursor_at_end(watching, run_id), lambda entry, _: heard.put(entry))
    entry = instance.all_logs(run_id)[0]
    for message in ("first news", "second news"):
        instance.event_log_storage.store_event(entry._replace(user_message=message))
        assert heard.get(timeout=20).user_message == message
    watching.dispose()


def cursor_at_end(storage: SqliteEventLogStorage, run_id: str) -> str:
    return storage.get_records_for_run(run_id).cursor


def test_a_table_the_index_has_is_looked_for_once(instance: dg.DagsterInstance):
    storage = instance.event_log_storage
    assert isinstance(storage, KeptEventLog)
    assert storage.has_table("asset_keys")
    storage.dispose()
    assert storage.has_table("asset_keys")
    assert not storage.has_table("nobody_made_this")


def test_no_event_waits_for_the_disk(instance: dg.DagsterInstance):
    storage = instance.event_log_storage
    assert isinstance(storage, KeptEventLog)
    for shard in ("index", run(instance)):
        with storage._connect(shard) as connection:
            [(waits,)] = connection.exec_driver_sql("pragma synchronous").fetchall()
            [(log,)] = connection.exec_driver_sql("pragma journal_mode").fetchall()
        assert (waits, log) == (1, "wal")


def test_after_it_was_closed_it_can_be_asked_again(instance: dg.DagsterInstance):
    run_id = run(instance)
    instance.event_log_storage.dispose()
    assert instance.all_logs(run_id)


def test_what_belongs_together_is_written_whole_or_not_at_all(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    run_id, storage = run(instance), instance.event_log_storage
    written = instance.all_logs(run_id)
    store, stored = SqliteEventLogStorage.store_event, []

    def store_two(self: SqliteEventLogStorage, event: dg.EventLogEntry) -> None:
        stored.append(event)
        if len(stored) > 2:
            raise OSError(28, "No space left on device")
        store(self, event)

    monkeypatch.setattr(SqliteEventLogStorage, "store_event", store_two)
    with pytest.raises(OSError, match="No space"):
        storage.store_event_batch(written[:4])
    assert len(instance.all_logs(run_id)) == len(written)
    monkeypatch.setattr(SqliteEventLogStorage, "store_event", store)
    storage.store_event_batch(written[:4])
    assert len(instance.all_logs(run_id)) == len(written) + 4
