"""Column lineage: every number of the books leads, column by column, to what a source said."""

from __future__ import annotations

import pytest

from domain.home import DeskHome
from orchestration.lineage.columns import KEY, of_book, of_model
from orchestration.lineage.tables import stated
from orchestration.resources.dbt_run import run_dbt
from tests.kit.world_names import DAY

Lineage = dict[str, dict[str, set[tuple[str, str]]]]
MONEY = ("_units", "_usd_e24", "_wei", "_e18", "units")


@pytest.fixture(scope="module")
def lineage(tmp_path_factory: pytest.TempPathFactory) -> Lineage:
    """Read what every table says of its columns: models as compiled, Python's as stated."""
    home = DeskHome(tmp_path_factory.mktemp("desk"))
    compiled = run_dbt(home, DAY, "fqn:alphapulse", command="compile")
    told = {one.name: of_model(one.sql)[KEY] for one in compiled.nodes if one.resource == "model"}
    told |= {table: of_book(table)[KEY] for table in stated()}
    return {
        table: {
            column: {(one.asset_key.to_user_string(), one.column_name) for one in parts}
            for column, parts in lineage.deps_by_column.items()
        }
        for table, lineage in told.items()
    }


def _ends(lineage: Lineage, table: str, column: str) -> set[tuple[str, str]]:
    """Follow a column down to columns that are made of nothing else."""
    ends: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [(table, column)]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            parts = lineage.get(one[0], {}).get(one[1], set())
            waiting += parts
            ends |= set() if parts else {one}
    return ends


def _columns() -> dict[str, list[str]]:
    from orchestration.definitions import defs

    graph = defs.resolve_asset_graph()
    return {
        key.to_user_string(): [
            one.name for one in graph.get(key).metadata["dagster/column_schema"].columns
        ]
        for key in graph.get_all_asset_keys()
    }


def test_every_column_that_is_named_exists(lineage: Lineage):
    known = {table: {*columns, "day"} for table, columns in _columns().items()}
    for table, columns in lineage.items():
        for column, parts in columns.items():
            assert column in known[table], (table, column)
            assert not [one for one in parts if one[1] not in known[one[0]]], (table, column)


def test_every_amount_of_the_books_says_what_it_is_made_of(lineage: Lineage):
    for table, columns in _columns().items():
        if not table.startswith("raw_") and table != "int_chain__swaps_settled":
            money = [one for one in columns if one.endswith(MONEY)]
            assert [one for one in money if not lineage[table].get(one)] == [], table


def test_a_published_p_and_l_leads_to_fills_logs_balances_and_the_decision(lineage: Lineage):
    ends = _ends(lineage, "rpt_close", "total")
    assert {
        ("raw_exchange__fills", "cost"),
        ("raw_exchange__fills", "volume"),
        ("raw_chain__logs", "data"),
        ("raw_chain__transactions", "effective_gas_price_wei"),
        ("raw_exchange__ledger_lines", "amount"),
        ("raw_journal__facts", "payload"),
    } <= ends


def test_every_path_ends_in_something_captured(lineage: Lineage):
    for table in ("fct_pnl", "fct_postings", "fct_positions", "fct_executions", "fct_settlements"):
        for column in lineage[table]:
            for name, part in _ends(lineage, table, column):
                is_made_up = not lineage.get(name, {}).get(part) and not name.startswith("raw_")
                assert not (is_made_up and part.endswith(MONEY)), (table, column, name, part)
