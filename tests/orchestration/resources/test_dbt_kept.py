"""What dbt compiled, asked again without it: its own answers; its word where not all is well."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from domain.home import DeskHome
from orchestration.resources import dbt_kept
from orchestration.resources.dbt_kept import run_kept
from orchestration.resources.dbt_run import DbtOutcome, run_dbt
from orchestration.resources.lake import Lake, write_parquet
from orchestration.resources.lake_schema import TABLES
from orchestration.resources.warehouse import Warehouse
from tests.kit.desk_day import a_desk_day
from tests.kit.world_names import DAY

MODELS = "stg_exchange__fills int_market__candles_1m stg_exchange__trades"
"""Views, a table made of one of them, and the tests of all."""
MART = "fct_postings"
POSTINGS = "int_ledger__postings_made"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DeskHome:
    """Give a desk with one posting, all of which dbt has built, tested, and left to be kept."""
    home = a_desk_day(tmp_path_factory.mktemp("desk"))[0]
    Lake(home).put(POSTINGS, DAY, a_posting(1))
    for command, select in (("run", MODELS), ("test", MODELS), ("run", MART)):
        assert run_kept(home, DAY, select, command=command).success
    return home


@pytest.fixture
def home(made: DeskHome, tmp_path: Path) -> DeskHome:
    shutil.copytree(made.root, tmp_path / "desk")
    return DeskHome(tmp_path / "desk")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give what dbt itself is asked for from now on."""
    commands: list[str] = []

    def noting(*given: Any, command: str) -> DbtOutcome:
        commands.append(command)
        return run_dbt(*given, command=command)

    monkeypatch.setattr(dbt_kept, "run_dbt", noting)
    return commands


def a_posting(units: object) -> pa.Table:
    """Make the ledger's table with one row; the type of `units` is as it comes."""
    texts = ("entry_id", "account", "asset", "cause", "strategy", "venue", "execution_id",
             "correlation_id", "evidence", "booking_id")  # fmt: skip
    times = ("at_ns", "happened_ns", "known_ns")
    wide = pa.array([units], pa.decimal128(38, 0) if isinstance(units, int) else None)
    columns = {name: ["x"] for name in texts} | {name: [1] for name in times}
    return pa.table({**columns, "units": wide})


def said(outcome: DbtOutcome) -> set[bytes]:
    """Say what became of each node, but for how long it took."""
    timeless = (msgspec.structs.replace(node, seconds=0, message="") for node in outcome.nodes)
    return {msgspec.json.encode(node) for node in timeless}


def rows(home: DeskHome) -> list[list[str]]:
    """Read everything dbt made."""
    names = ("stg_exchange__fills", "stg_exchange__trades", "int_market__candles_1m")
    return [sorted(str(row) for row in Warehouse(home).rows(name)) for name in names]


@pytest.mark.parametrize("command", ["run", "test"])
def test_asked_again_the_answers_are_those_of_dbt(home: DeskHome, asked: list[str], command: str):
    by_dbt, left = run_dbt(home, DAY, MODELS, command=command), rows(home)
    assert said(run_kept(home, DAY, MODELS, command=command)) == said(by_dbt)
    assert rows(home) == left
    assert asked == []


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_whatever_is_told_of_the_day_since_both_make_and_find_the_same(home: DeskHome, seed: int):
    tell_otherwise(home, Random(seed))
    ours = {command: run_kept(home, DAY, MODELS, command=command) for command in ("run", "test")}
    left = rows(home)
    for command, outcome in ours.items():
        by_dbt = run_dbt(home, DAY, MODELS, command=command)
        assert said(outcome) == said(by_dbt)
        assert outcome.failures == by_dbt.failures
    assert rows(home) == left


def test_what_is_captured_since_is_in_what_is_made_again(home: DeskHome, asked: list[str]):
    before = rows(home)
    add(home, [row | {"trade_id": "99"} for row in told(home)[:1]])
    assert run_kept(home, DAY, MODELS, command="run").success
    assert run_kept(home, DAY, MODELS, command="test").success
    assert len(rows(home)[0]) == len(before[0]) + 1
    assert asked == []


def test_a_model_that_fails_is_told_by_dbt(home: DeskHome, asked: list[str]):
    lake, name = Lake(home), "raw_exchange__trades"
    for part in lake.parts(name, DAY):
        part.unlink()
    lake.put(name, DAY, pa.table({"trade_id": [1]}))
    failed = run_kept(home, DAY, MODELS, command="run")
    assert asked == ["run"]
    assert failed.failures == run_dbt(home, DAY, MODELS, command="run").failures
    assert "not found" in failed.failures[0]


def test_a_test_that_finds_a_row_is_told_by_dbt(home: DeskHome, asked: list[str]):
    add(home, [told(home)[0] | {"volume": "7"}])
    found = run_kept(home, DAY, MODELS, command="test")
    assert asked == ["test"]
    assert {one.split(":")[0] for one in found.failures} == {
        "copies_of_a_fill_say_the_same", "unique_stg_exchange__fills_trade_id",
    }  # fmt: skip
    assert run_kept(home, DAY, MODELS, command="test").failures == found.failures


def test_a_mart_whose_columns_are_not_its_contract_s_is_dbt_s_to_refuse(
    home: DeskHome, asked: list[str]
):
    Lake(home).put(POSTINGS, DAY, a_posting(1.5))
    refused = run_kept(home, DAY, MART, command="run")
    assert asked == ["run"]
    assert "contract" in refused.failures[0]
    Lake(home).put(POSTINGS, DAY, a_posting(2))
    assert run_kept(home, DAY, MART, command="run").success
    assert [row["units"] for row in Warehouse(home).rows(MART)] == [2]
    assert asked == ["run"]


def test_a_model_that_no_longer_builds_leaves_everything_to_dbt(home: DeskHome, asked: list[str]):
    with Warehouse(home).asked() as connection:
        connection.execute("drop view stg_exchange__fills")
        connection.execute("create table stg_exchange__fills as select 1 as something_else")
    assert run_kept(home, DAY, MODELS, command="run").success
    assert asked == ["run"]


@pytest.mark.parametrize("lost", ["damaged", "gone", "of another day", "of another project"])
def test_what_is_kept_of_something_else_is_not_believed(
    home: DeskHome, asked: list[str], monkeypatch: pytest.MonkeyPatch, lost: str
):
    for path in (home.warehouse.parent / "dbt").glob("kept-*.json"):
        if lost == "damaged":
            path.write_bytes(path.read_bytes()[:-9])
        elif lost == "gone":
            path.unlink()
    if lost == "of another project":
        monkeypatch.setattr(dbt_kept, "project_bytes", lambda: b"another")
    day = "2025-11-21" if lost == "of another day" else DAY
    assert run_kept(home, day, MODELS, command="test").success
    assert asked == ["test"]


def told(home: DeskHome) -> list[dict[str, Any]]:
    """Read the fills that are captured."""
    return Lake(home).read("raw_exchange__fills", DAY)


def tell_otherwise(home: DeskHome, random: Random) -> None:
    """Lose some fills, change some, tell some twice: alike, or not."""
    kept = [row for row in told(home) if random.random() < 0.8]
    others = [row | {"volume": str(random.randint(1, 9))} for row in kept if random.random() < 0.3]
    again = [row | {"trade_id": f"t{at}"} for at, row in enumerate(random.choices(kept, k=3))]
    Lake(home).replace("raw_exchange__fills", DAY, kept + again)
    add(home, [*kept[:2], *(others if random.random() < 0.5 else [])])


def add(home: DeskHome, fills: list[dict[str, Any]]) -> None:
    """Capture more fills."""
    name = "raw_exchange__fills"
    path = Lake(home).folder(name, DAY) / "part-more.parquet"
    write_parquet(path, fills, TABLES[name].columns)
