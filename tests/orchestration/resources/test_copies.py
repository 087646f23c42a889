"""Where copies count once, a copy that says something else is told before one of them is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest

from domain.home import DeskHome
from orchestration.captures.facts import capture_facts
from orchestration.resources.dbt_run import DbtOutcome, run_dbt
from orchestration.resources.lake import Lake, read_table, write_parquet
from orchestration.resources.lake_schema import TABLES
from tests.kit.desk_day import a_desk_day
from tests.kit.world_names import DAY

EVERY = "test_name:copies_agree"


@dataclass(frozen=True)
class Copied:
    """A capture, the check of its copies, and a column in which a copy may contradict."""

    table: str
    check: str
    column: str
    said: object


COPIED = [
    Copied("raw_chain__blocks", "copies_of_a_block_say_the_same", "gas_used", 1),
    Copied("raw_chain__transactions", "copies_of_a_receipt_say_the_same", "status", 7),
    Copied("raw_chain__logs", "copies_of_a_log_say_the_same", "data", "0x01"),
    Copied("raw_exchange__fills", "copies_of_a_fill_say_the_same", "volume", "0.5"),
    Copied("raw_exchange__ledger_lines", "copies_of_a_statement_line_say_the_same", "fee", "9"),
    Copied("raw_journal__facts", "copies_of_a_record_say_the_same", "payload", "{}"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> DeskHome:
    """Give a desk each of whose captures was told twice."""
    made = a_desk_day(tmp_path_factory.mktemp("desk"))[0]
    capture_facts(made, DAY)
    models = " ".join(one.table.replace("raw_", "stg_") for one in COPIED)
    assert run_dbt(made, DAY, models, command="run").success
    for one in COPIED:
        add(made, one, "copies", captured(made, one).to_pylist())
    return made


def captured(home: DeskHome, one: Copied) -> pa.Table:
    return pa.concat_tables([read_table(part) for part in Lake(home).parts(one.table, DAY)])


def add(home: DeskHome, one: Copied, part: str, rows: list[dict[str, Any]]) -> None:
    path = Lake(home).folder(one.table, DAY) / f"part-{part}.parquet"
    write_parquet(path, rows, TABLES[one.table].columns)


def failing(outcome: DbtOutcome) -> set[str]:
    return {node.name for node in outcome.nodes if not node.is_good}


def test_a_copy_counts_once_and_one_that_contradicts_is_named(home: DeskHome):
    assert failing(run_dbt(home, DAY, EVERY, command="test")) == set()
    for one in COPIED:
        first = captured(home, one).slice(0, 1).to_pylist()[0]
        add(home, one, "contradiction", [{**first, one.column: one.said}])
    assert failing(run_dbt(home, DAY, EVERY, command="test")) == {one.check for one in COPIED}
