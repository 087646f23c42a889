"""Where a desk's Dagster keeps its events: its own SQLite files, opened less often.

Dagster's own storage makes a new engine for every statement, which throws away the compiled
statements, and closes the file after each, which makes SQLite write a checkpoint: a third of a
settlement's time on a small machine. Here engines are kept, the index and the last run's file stay
open, and an event, or what a run intends (an event for each of its assets and checks), is one
transaction a file. News of a run is a run's file that was written, and an open one writes to its
log: so the file is touched. No event waits for the disk: SQLite's write-ahead log stays whole when
power goes, without its last events, and a day whose run has no end is asked for again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Self

from dagster import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, QueuePool, create_engine
from sqlalchemy.event import listen


class KeptEventLog(SqliteEventLogStorage):
    """Dagster's event log with an engine a file.

    Args:
        base_dir: The folder of its files: one a run, and the index over all of them.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._batch = _Batch()
        self._tables: set[str] = set()
        self._is_indexed_by_time = False
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Build it from `dagster.yaml`, as Dagster asks of a storage."""
        return cls(inst_data=inst_data, **config_value)

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        with self._db_lock:
            self._forget(self._engines)

    def has_table(self, table_name: str) -> bool:
        """Ask whether the index has a table; one that it has stays, so it is asked for once."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def store_event(self, event: EventLogEntry) -> None:
        """Write an event, and what the index says by it, in one transaction a file."""
        if self._batch.opened is not None:
            super().store_event(event)
            return
        with self._written_at_once():
            super().store_event(event)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Write events in one transaction a file, all of them or none."""
        with self._written_at_once():
            super().store_event_batch(events)

    @contextmanager
    def _written_at_once(self) -> Iterator[None]:
        with self._db_lock:
            with ExitStack() as self._batch.until_written:
                opened = self._batch.opened = {}
                try:
                    yield
                finally:
                    self._batch.opened = None
            for shard in opened.keys() - {INDEX_SHARD_NAME}:
                os.utime(self.path_for_shard(shard))

    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        if not self._is_indexed_by_time:
            self._is_indexed_by_time = super()._has_asset_key_index_cols_on_connection(conn)
        return self._is_indexed_by_time

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        opened = self._batch.opened
        if opened is None:
            with self._db_lock, self._begin(shard) as connection:
                yield connection
            return
        if shard not in opened:
            opened[shard] = self._batch.until_written.enter_context(self._begin(shard))
        yield opened[shard]

    def _begin(self, shard: str) -> AbstractContextManager[Connection]:
        engine = self._engine(shard)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        return engine.begin()

    def _engine(self, shard: str) -> Engine:
        """Give the engine of a file; of the runs' own, only the last one's is kept."""
        if shard not in self._engines:
            self._forget(self._engines.keys() - {INDEX_SHARD_NAME})
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            listen(engine, "connect", _wait_for_no_disk)
            self._engines[shard] = engine
        return self._engines[shard]

    def _forget(self, shards: Iterable[str]) -> None:
        for shard in list(shards):
            self._engines.pop(shard).dispose()


def _wait_for_no_disk(connection: Any, _record: object) -> None:  # noqa: ANN401 (SQLite's own)
    connection.execute("pragma synchronous = normal")


class _Batch(threading.local):
    """What one thread's batch has opened; None while the thread writes event by event."""

    opened: dict[str, Connection] | None = None
    until_written: ExitStack
