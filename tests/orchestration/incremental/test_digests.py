"""A captured file is digested once, and no digest is believed of a file that changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from domain.home import DeskHome
from orchestration.day import Day
from orchestration.incremental.digests import DIGESTS, Captured, rows_digested
from orchestration.incremental.kept import kept_path
from orchestration.resources.lake import Cursor, Lake
from tests.kit.homes import a_home
from tests.kit.kept_state import state_of
from tests.kit.world_names import DAY

LINES = "raw_exchange__ledger_lines"
SOURCES = {"lines": Captured(LINES, "ledger_id", "entry_type <> 'fee'", number="booked_ns")}
BEFORE = "2025-11-19"


def _line(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "venue": "paper", "ledger_id": name, "ref_id": "t", "entry_type": "trade", "subtype": "",
        "currency": "ETH", "amount": "1", "fee": "0", "balance": "1", "booked_ns": 5,
    } | changes  # fmt: skip


def _digested(home: DeskHome) -> tuple[pa.Table, int]:
    """Digest what is captured; say of how many rows a file was read."""
    is_kept = kept_path(home, DIGESTS, DAY).exists()
    before = state_of(home, DIGESTS) if is_kept else None
    with duckdb.connect() as connection:
        made = rows_digested(connection, Day(home, DAY), SOURCES)
    kept = set() if before is None else set(before["part"].to_pylist())
    return made, sum(part not in kept for part in made["part"].to_pylist())


def _told(table: pa.Table) -> list[tuple[str, int]]:
    rows = [row for row in table.to_pylist() if row["source"] == "lines"]
    return sorted((row["name"], row["number"]) for row in rows)


def _digests(table: pa.Table) -> set[str]:
    return {row["digest"] for row in table.to_pylist() if row["source"] == "lines"}


def test_only_new_files_are_digested_and_all_rows_are_told(tmp_path: Path):
    home = a_home(tmp_path)
    lake = Lake(home)
    lake.append(LINES, BEFORE, [_line("a")], Cursor(1))
    lake.append(LINES, DAY, [_line("a"), _line("b", booked_ns=6)], Cursor(1))
    first, read = _digested(home)
    assert (_told(first), read) == ([("a", 5), ("a", 5), ("b", 6)], 5)
    assert len(_digests(first)) == 3  # the day is part of what a row says
    lake.append(LINES, DAY, [_line("c"), _line("d", entry_type="fee")], Cursor(9))
    more, read = _digested(home)
    assert (_told(more), read) == ([("a", 5), ("a", 5), ("b", 6), ("c", 5)], 2)
    assert _digests(first) < _digests(more)
    assert _digested(home)[1] == 0


def test_a_file_that_changed_or_went_is_told_as_it_is_now(tmp_path: Path):
    home = a_home(tmp_path)
    lake = Lake(home)
    lake.append(LINES, DAY, [_line("a")], Cursor(1))
    first, _ = _digested(home)
    lake.append(LINES, DAY, [], Cursor(2))
    lake.replace(LINES, DAY, [_line("a", fee="2")])
    both, _ = _digested(home)
    assert len(_digests(both)) == 2
    [path] = (one for one in lake.parts(LINES, DAY) if one.stem != "part-all")
    path.unlink()
    changed, _ = _digested(home)
    assert _told(changed) == [("a", 5)]
    assert _digests(changed) == _digests(both) - _digests(first)


def test_a_desk_may_lie_in_a_folder_with_an_apostrophe(tmp_path: Path):
    home = a_home(tmp_path / "ann's")
    Lake(home).append(LINES, DAY, [_line("a")], Cursor(1))
    assert _told(_digested(home)[0]) == [("a", 5)]


def test_a_file_without_rows_is_digested_once(tmp_path: Path):
    home = a_home(tmp_path)
    Lake(home).append(LINES, DAY, [], Cursor(1))
    made, read = _digested(home)
    assert (_told(made), read) == ([], 1)
    assert _digested(home)[1] == 0
