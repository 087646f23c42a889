"""dbt in process: what it leaves in the warehouse, and that it leaves the warehouse free."""

from __future__ import annotations

import duckdb
import pytest

from domain.home import DeskHome
from orchestration.resources.dbt_run import run_dbt
from orchestration.resources.warehouse import Warehouse
from tests.kit.desk_day import a_desk_day
from tests.kit.world_names import DAY

BLOCKS = "stg_chain__blocks"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> DeskHome:
    return a_desk_day(tmp_path_factory.mktemp("desk"))[0]


def kind_of(home: DeskHome, relation: str) -> str:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        asked = "select table_type from information_schema.tables where table_name = ?"
        return connection.execute(asked, [relation]).fetchall()[0][0]


def rows(home: DeskHome, relation: str) -> list[str]:
    return sorted(str(row) for row in Warehouse(home).rows(relation))


def test_a_model_is_what_its_project_says_whatever_stood_there_before(home: DeskHome):
    assert run_dbt(home, DAY, BLOCKS, command="run").success
    before = rows(home, BLOCKS)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(f"drop view {BLOCKS}")
        connection.execute(f"create table {BLOCKS} as select 1 as something_else")
    assert run_dbt(home, DAY, BLOCKS, command="run").success
    assert kind_of(home, BLOCKS) == "VIEW"
    assert rows(home, BLOCKS) == before


def test_a_model_that_fails_leaves_what_was_there(home: DeskHome):
    table = "int_chain__fees_totalled"
    assert run_dbt(home, DAY, f"+{table}", command="run").success
    before = rows(home, table)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create or replace view stg_chain__transactions as select 1 as nothing")
    assert not run_dbt(home, DAY, table, command="run").success
    assert rows(home, table) == before
