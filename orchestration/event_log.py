"""Where a desk's Dagster keeps its events: its own SQLite files, opened less often.

Dagster's own storage makes a new engine for every statement, which throws away the compiled
statements, and closes the shared index after each, which makes SQLite write a checkpoint: a third
of a settlement's time on a small machine. Here engines are kept, and the index stays open. A run's
own file is still closed after each event, because its being written is what tells the page of news.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine


class KeptEventLog(SqliteEventLogStorage):
    """Dagster's event log with an engine a file.

    Args:
        base_dir: The folder of its files: one a run, and the index over all of them.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
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

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        """Give the engine of a file; of the runs' own, only the last one's is kept."""
        if shard not in self._engines:
            self._forget(self._engines.keys() - {INDEX_SHARD_NAME})
            self._engines[shard] = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool if shard == INDEX_SHARD_NAME else NullPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
        return self._engines[shard]

    def _forget(self, shards: Iterable[str]) -> None:
        for shard in list(shards):
            self._engines.pop(shard).dispose()
