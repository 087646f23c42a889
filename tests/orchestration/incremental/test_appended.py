"""A table that only grows reads as if it were one file, whatever was added, wherever it broke."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.home import DeskHome
from orchestration.incremental import appended
from orchestration.incremental.appended import Rows
from orchestration.resources.lake import Lake

DAY, TABLE = "2025-11-20", "int_test__grown"
SCHEMA = pa.schema([("name", pa.string()), ("document", pa.string())])
BATCHES = st.lists(st.integers(min_value=0, max_value=9), min_size=1, max_size=12)


def rows_from(first: int, count: int) -> pa.Table:
    names = [str(n) for n in range(first, first + count)]
    return pa.table({"name": names, "document": [f"{n}!" for n in names]}, schema=SCHEMA)


def a_lake(folder: str | Path) -> Lake:
    return Lake(DeskHome(Path(folder)))


def names_in(lake: Lake) -> list[str]:
    found = lake.table(TABLE, DAY, ["name"])
    return [] if found is None else found["name"].to_pylist()


def grown(lake: Lake, batches: list[int], has: int = 0) -> int:
    for count in batches:
        appended.append(lake, TABLE, DAY, rows_from(has, count), {b"has": b"%d" % (has + count)})
        has += count
    return has


@settings(max_examples=30)
@given(batches=BATCHES)
def test_what_was_added_lies_there_once_in_order_and_in_few_files(batches: list[int]):
    with tempfile.TemporaryDirectory() as made:
        lake = a_lake(made)
        has = grown(lake, batches)
        assert names_in(lake) == [str(n) for n in range(has)]
        assert appended.rows_in(lake, TABLE, DAY) == has
        assert len(lake.parts(TABLE, DAY)) <= max(1, has.bit_length())
        assert int(appended.said_of(lake, TABLE, DAY)[b"has"]) == has


@settings(max_examples=20)
@given(batches=BATCHES, data=st.data())
def test_documents_of_any_rows_are_opened_in_their_order(batches: list[int], data: st.DataObject):
    with tempfile.TemporaryDirectory() as made, pytest.MonkeyPatch.context() as patched:
        patched.setattr(appended, "_GROUP_ROWS", 3)
        lake = a_lake(made)
        has = grown(lake, batches)
        wanted = data.draw(st.sets(st.integers(min_value=0, max_value=max(0, has - 1))))
        rows = Rows.read(lake.parts(TABLE, DAY), ["name"], SCHEMA)
        chosen = rows.where(pa.array([int(name) in wanted for name in names_in(lake)], pa.bool_()))
        assert chosen.documents() == [f"{n}!" for n in range(has) if n in wanted]


class Killed(BaseException):
    """What ends a process at once."""


@pytest.mark.parametrize("step", ["written", "one removed"])
def test_whoever_was_killed_while_parts_were_put_together_has_lost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    lake = a_lake(tmp_path)
    has = grown(lake, [4, 2, 1])
    left, unlink = [step == "one removed"], Path.unlink

    def dying(path: Path) -> None:
        if not left[0]:
            raise Killed
        left[0] = False
        unlink(path)

    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", dying)
        with pytest.raises(Killed):
            grown(lake, [5], has)
    assert names_in(lake) == [str(n) for n in range(has + 5)]
    has = grown(lake, [1], has + 5)
    assert names_in(lake) == [str(n) for n in range(has)]
    assert len(list(lake.folder(TABLE, DAY).glob("*.parquet"))) == 2


def test_a_part_that_could_not_be_written_leaves_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lake = a_lake(tmp_path)
    has = grown(lake, [4, 2])

    def full(path: Path, write: object) -> None:
        raise Killed

    monkeypatch.setattr(appended, "replace_file", full)
    with pytest.raises(Killed):
        grown(lake, [8], has)
    assert names_in(lake) == [str(n) for n in range(has)]


def test_a_day_that_was_written_as_one_file_is_added_to(tmp_path: Path):
    lake = a_lake(tmp_path)
    lake.put(TABLE, DAY, rows_from(0, 5))
    assert grown(lake, [2], 5) == 7
    assert names_in(lake) == [str(n) for n in range(7)]


def test_of_a_day_that_lost_a_part_nothing_is_believed_that_the_newest_says(tmp_path: Path):
    lake = a_lake(tmp_path)
    grown(lake, [8, 4, 1])
    lake.parts(TABLE, DAY)[1].unlink()
    assert appended.said_of(lake, TABLE, DAY) == {}
    appended.begin(lake, TABLE, DAY, rows_from(0, 3), {b"has": b"3"})
    assert names_in(lake) == ["0", "1", "2"]
    assert appended.said_of(lake, TABLE, DAY)[b"has"] == b"3"


def test_a_day_of_no_rows_has_columns(tmp_path: Path):
    lake = a_lake(tmp_path)
    assert appended.said_of(lake, TABLE, DAY) == {}
    appended.append(lake, TABLE, DAY, rows_from(0, 0))
    found = lake.table(TABLE, DAY)
    assert found is not None
    assert found.schema.equals(SCHEMA)
    assert grown(lake, [1]) == 1
    assert names_in(lake) == ["0"]
