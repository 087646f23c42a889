"""The warehouse answers wherever the desk lives, and says what keeps it from answering."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import StorageFailed
from domain.home import DeskHome
from orchestration.resources.lake import read_parquet
from orchestration.resources.warehouse import Warehouse, mart_path


@pytest.fixture
def home(tmp_path: Path) -> DeskHome:
    home = DeskHome(tmp_path / "ann's desk")
    home.warehouse.parent.mkdir(parents=True)
    return home


def test_a_desk_whose_folder_has_an_apostrophe_is_read_and_published(home: DeskHome):
    with Warehouse(home).asked() as connection:
        connection.execute("create table told as select * from range(3) as t (number)")
    path = mart_path(home, "told", "2026-01-05")
    assert Warehouse(home).publish("told", path) == 3
    assert [row["number"] for row in read_parquet(path)] == [0, 1, 2]
    with Warehouse(home).asked() as connection:
        (found,) = connection.execute("select current_setting('file_search_path')").fetchone()
    assert found == str(home.lake)


def test_rows_are_chosen_by_one_value_of_a_column_or_by_any_of_several(home: DeskHome):
    made = "create table told as select unnest(['a', 'b', 'c']) as kind, unnest([1, 1, 2]) as n"
    with Warehouse(home).asked() as connection:
        connection.execute(made)
    for wanted, found in (("b", "b"), (["a", "c"], "ac"), ([], ""), (["'"], "")):
        rows = Warehouse(home).rows("told", kind=wanted)
        assert sorted(row["kind"] for row in rows) == list(found)
    assert len(Warehouse(home).rows("told", kind=["a", "b", "c"], n="1")) == 2


def test_what_another_process_holds_is_said_to_be_held(home: DeskHome):
    holding = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(home.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        with pytest.raises(StorageFailed, match="another process holds the warehouse"):
            Warehouse(home).rows("some")
        holder.stdin.close()


def test_what_is_no_warehouse_is_not_said_to_be_held(home: DeskHome):
    home.warehouse.write_bytes(b"garbage" * 1000)
    with pytest.raises(StorageFailed, match="cannot be opened") as raised:
        Warehouse(home).rows("some")
    assert "another process" not in str(raised.value)
