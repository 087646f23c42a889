"""The lake: whole files or none, exact integers, and what is new."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvariantBroken, StorageFailed
from domain.home import DeskHome
from domain.settlement.outcome import Leg, Move, Outturn, SettledExecution
from orchestration.resources.lake import (
    Cursor,
    Lake,
    read_columns,
    read_parquet,
    replace_file,
    struct_columns,
)

DAY = "2025-11-20"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(DeskHome(tmp_path))


def a_leg(units: int) -> Leg:
    return Leg(
        "leg", "ex", "op", "dex_dex", "univ2-a", "leg", 1, "eth", "usdc", units, -5,
        (Move("wallet", "eth", units),), (), "tx", "evidence",
    )  # fmt: skip


def a_trade(trade_id: int) -> dict[str, object]:
    return {
        "venue": "paper", "symbol": "ETH/USDC", "trade_id": trade_id, "price": "1",
        "quantity": "2", "venue_ns": 3, "side": "buy",
    }  # fmt: skip


@given(units=st.integers(-(10**38) + 1, 10**38 - 1))
def test_a_struct_written_is_the_struct_read_to_the_last_unit(tmp_path_factory, units: int):
    lake = Lake(DeskHome(tmp_path_factory.mktemp("lake")))
    lake.save("legs", DAY, Leg, [a_leg(units)])
    assert lake.load("legs", DAY, Leg) == [a_leg(units)]
    assert read_parquet(lake.parts("legs", DAY)[0])[0]["base_units"] == units


def test_an_amount_of_39_digits_is_refused_and_nothing_is_written(lake: Lake):
    with pytest.raises(InvariantBroken):
        lake.save("legs", DAY, Leg, [a_leg(10**38)])
    assert not lake.parts("legs", DAY)


def test_a_struct_inside_a_struct_becomes_columns_of_its_own():
    names = [column.name for column in struct_columns(SettledExecution)]
    assert "realised_net_usd_e24" in names
    assert "leg_ids" not in names


def test_columns_of_a_file_can_be_read_by_name(lake: Lake):
    lake.save("legs", DAY, Leg, [a_leg(-(10**30)), a_leg(7)])
    found = read_columns(lake.parts("legs", DAY)[0], ["base_units", "venue"])
    assert found == {"base_units": [-(10**30), 7], "venue": ["univ2-a", "univ2-a"]}


def test_a_missing_struct_inside_leaves_its_columns_empty(lake: Lake):
    one = SettledExecution(
        "ex", "op", "dex_dex", "UNKNOWN", "none", True, "", (), (), 0, Outturn(1, 2, 3, 4), None
    )
    lake.save("executions", DAY, SettledExecution, [one])
    row = read_parquet(lake.parts("executions", DAY)[0])[0]
    assert row["predicted_net_usd_e24"] == 4
    assert row["realised_net_usd_e24"] is None


def test_a_day_without_rows_still_has_its_columns(lake: Lake):
    lake.append("raw_exchange__trades", DAY, [], Cursor(7))
    assert lake.parts("raw_exchange__trades", DAY)
    assert lake.read("raw_exchange__trades", DAY) == []


def test_the_second_append_adds_only_what_is_new(lake: Lake):
    lake.append("raw_exchange__trades", DAY, [a_trade(1)], Cursor(1))
    first = lake.parts("raw_exchange__trades", DAY)[0].read_bytes()
    lake.append("raw_exchange__trades", DAY, [a_trade(2)], Cursor(2))
    parts = lake.parts("raw_exchange__trades", DAY)
    assert len(parts) == 2
    assert parts[0].read_bytes() == first
    assert [row["trade_id"] for row in lake.read("raw_exchange__trades", DAY)] == [1, 2]


def test_nothing_new_writes_nothing(lake: Lake):
    lake.append("raw_exchange__trades", DAY, [a_trade(1)], Cursor(1))
    lake.append("raw_exchange__trades", DAY, [], Cursor(5))
    assert len(lake.parts("raw_exchange__trades", DAY)) == 1
    assert lake.cursor("raw_exchange__trades", DAY) == Cursor(5)


def test_a_crash_between_part_and_cursor_is_repaired_by_reading_again(lake: Lake):
    lake.append("raw_exchange__trades", DAY, [a_trade(1)], Cursor(1))
    before = lake.folder("raw_exchange__trades", DAY) / "cursor.json"
    kept = before.read_bytes()
    lake.append("raw_exchange__trades", DAY, [a_trade(2)], Cursor(2))
    before.write_bytes(kept)
    lake.append("raw_exchange__trades", DAY, [a_trade(2)], Cursor(2))
    assert [row["trade_id"] for row in lake.read("raw_exchange__trades", DAY)] == [1, 2]


def test_a_disk_that_refuses_leaves_the_old_file_and_no_scrap(tmp_path: Path):
    path = tmp_path / "mart.parquet"
    path.write_bytes(b"old")

    def full(temporary: Path) -> None:
        temporary.write_bytes(b"ha")
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageFailed):
        replace_file(path, full)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["mart.parquet"]
