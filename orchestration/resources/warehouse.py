"""The DuckDB file as Python reads it: whole answers, exact integers, closed at once.

DuckDB has one writer and no readers beside it, so nothing may keep it open longer than a step:
every step that uses it is in the pool `duckdb`, and the file is closed when the step ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.errors import StorageFailed
from domain.home import DeskHome
from orchestration.resources.lake import replace_file

POOL = "duckdb"


class Warehouse:
    """Questions to one desk's warehouse."""

    def __init__(self, home: DeskHome) -> None:
        self.home = home

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the file open for several questions, each of which then costs a twentieth."""
        with self._connect():
            yield

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """Give a connection for questions that build on each other; its temporary tables end."""
        with self._connect() as connection:
            yield connection

    def rows(self, relation: str, **wanted: str | Sequence[str]) -> list[dict[str, Any]]:
        """Read a relation as `rows_of` does.

        Args:
            relation: Which.
            wanted: Column -> its value in the rows that are wanted, or any of several.
        """
        import duckdb

        only = " and ".join(["true", *(_condition(*one) for one in wanted.items())])
        with self._connect() as connection:
            try:
                cursor = connection.execute(
                    f'select * from "{relation}" where {only}',  # noqa: S608 (our models)
                    [*wanted.values()],
                )
            except duckdb.Error as error:
                raise StorageFailed(
                    "the warehouse lacks this table; run the close again", table=relation
                ) from error
            return rows_of(cursor)

    def publish(self, relation: str, path: Path) -> int:
        """Write a relation as Parquet for readers outside the books; whole or not at all.

        Returns:
            How many rows were written.
        """
        with self._connect() as connection:
            copy = f'copy (select * from "{relation}" order by all) to '  # noqa: S608
            counted: list[tuple[int]] = []

            def write(temporary: Path) -> None:
                written = connection.execute(f"{copy} {_quoted(temporary)} (format parquet)")
                counted.append(written.fetchone())

            replace_file(path, write)
        return int(counted[0][0])

    def _connect(self) -> Any:  # noqa: ANN401 (duckdb is imported late)
        import duckdb

        try:
            connection = duckdb.connect(str(self.home.warehouse))
            connection.execute(f"set file_search_path = {_quoted(self.home.lake)}")
        except duckdb.Error as error:
            is_held = isinstance(error, duckdb.IOException) and "lock" in str(error).lower()
            raise StorageFailed(
                "another process holds the warehouse; let it finish and run this again"
                if is_held
                else "the warehouse cannot be opened; mend what the reason names, or move the file "
                "away and close the day again",
                path=self.home.warehouse,
                **({} if is_held else {"reason": str(error)[:200]}),
            ) from error
        return connection


def _quoted(path: Path) -> str:
    """Write a path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"


def _condition(column: str, wanted: str | Sequence[str]) -> str:
    chosen = "= ?" if isinstance(wanted, str) else "in (select unnest(?))"
    return f'"{column}" {chosen}'


def rows_of(cursor: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (duckdb is imported late)
    """Read an answer whole; DECIMAL(38,0) comes back as int, other decimals as Decimal."""
    names = [column[0] for column in cursor.description]
    whole = [column[0] for column in cursor.description if _is_whole(str(column[1]))]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for name in whole:
        for row in rows:
            if row[name] is not None:
                row[name] = int(row[name])
    return rows


def mart_path(home: DeskHome, name: str, day: str) -> Path:
    """Name the published file of one mart's day."""
    return home.marts / name / f"day={day}" / f"{name}.parquet"


def _is_whole(kind: str) -> bool:
    return kind.startswith("DECIMAL(") and kind.endswith(",0)")
