"""Kept state comes back as it was written, or not at all."""

from pathlib import Path

import pyarrow as pa
import pytest

from domain.home import DeskHome
from orchestration.incremental.kept import keep, kept, kept_path, seal_of

DAY, TABLE = "2025-11-20", "kept_test__state"
STATE = pa.table({"key": ["a", "b"], "rows": pa.array([1, 2], pa.int64())})


@pytest.fixture
def home(tmp_path: Path) -> DeskHome:
    keep(home := DeskHome(tmp_path), TABLE, DAY, STATE, "seal")
    return home


def test_state_of_the_present_seal_is_read_as_it_was_written(home: DeskHome):
    found = kept(home, TABLE, DAY, "seal")
    assert found is not None
    assert found.equals(STATE)


def test_state_of_another_seal_or_none_is_not_believed(home: DeskHome):
    assert kept(home, TABLE, DAY, "other") is None
    assert kept(home, "kept_test__never", DAY, "seal") is None


@pytest.mark.parametrize("at", [0, 63, 64, 200, -1])
def test_state_somebody_changed_by_one_bit_is_not_believed(home: DeskHome, at: int):
    path = kept_path(home, TABLE, DAY)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    assert kept(home, TABLE, DAY, "seal") is None


@pytest.mark.parametrize("length", [0, 10, 64, 300])
def test_half_a_file_is_not_believed(home: DeskHome, length: int):
    path = kept_path(home, TABLE, DAY)
    path.write_bytes(path.read_bytes()[:length])
    assert kept(home, TABLE, DAY, "seal") is None


def test_a_seal_is_of_the_day_the_card_the_results_and_whatever_else_decides(home: DeskHome):
    home.card.write_bytes(b"{}")
    seals = [
        seal_of(home, DAY, ["results"]),
        seal_of(home, "2025-11-21", ["results"]),
        seal_of(home, DAY, ["results"], "else"),
    ]
    path = home.lake / "results" / f"day={DAY}" / "part-all.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"rows")
    seals.append(seal_of(home, DAY, ["results"]))
    home.card.write_bytes(b"{} ")
    seals.append(seal_of(home, DAY, ["results"]))
    assert len(set(seals)) == len(seals)
