"""What the SQL half promises beside its queries: examples, contracts, meanings, and readers."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import duckdb
import pytest

from orchestration.assets.catalog import meanings
from orchestration.resources.dbt_manifest import prepare

LOGIC = re.compile(
    r"\b(case|join|group by|distinct|qualify|union|unnest|over)\b|exact_(?:integer|decimal)|\bif\("
)
"""What can be wrong in a query that only renames columns cannot."""
DEDUPES = re.compile(r"\bselect distinct\b|\bqualify row_number\(\)")
"""How a model keeps one row of several."""
UNITS = {
    "_units": r"base.unit|in kind",
    "_wei": r"\bwei\b",
    "_ns": r"\bns\b|nanosecond",
    "_usd_e24": r"10\^-24",
    "_e6": r"million",
    "_pips": r"million",
    "_bps": r"basis point",
    "_s": r"second",
}
"""Last word of a column's name -> what its description has to say."""
QUIET = {
    "raw_chain__transactions",
    "raw_chain__logs",
    "raw_exchange__fills",
    "raw_exchange__ledger_lines",
    "raw_exchange__payments",
    "raw_chain__openings",
    "raw_chain__rebases",
    "raw_exchange__openings",
    "raw_chain__pools",
    "raw_chain__pending",
    "raw_exchange__pending",
    "int_settlement__executions_settled",
    "int_settlement__legs_settled",
    "int_settlement__movements_settled",
    "int_reconciliation__transactions_matched",
    "int_reconciliation__matches_made",
    "int_reconciliation__balances_matched",
    "int_reconciliation__rolls_broken",
    "int_reconciliation__lots_broken",
    "int_reconciliation__messages_broken",
    "int_reconciliation__breaks_counted",
    "int_ledger__postings_made",
    "int_pnl__rows_attributed",
    "int_pnl__cells_attributed",
    "int_pnl__opportunities_compared",
    "int_pnl__strategies_measured",
}
"""Sources that a desk which did nothing, agrees, or did not open anew, rightly has no rows of."""


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads(prepare().read_bytes())


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in manifest["nodes"].values() if one["resource_type"] == "model"]


def test_every_model_with_logic_has_a_unit_test(manifest: dict[str, Any], models: list[dict]):
    tested = {one["model"] for one in manifest["unit_tests"].values()}
    untested = {one["name"] for one in models if LOGIC.search(one["raw_code"])} - tested
    assert untested == set()
    assert all(one["description"] for one in manifest["unit_tests"].values())


def test_what_is_dropped_as_a_copy_is_held_to_be_one_where_it_comes_from(
    manifest: dict[str, Any], models: list[dict]
):
    guarded = {
        source
        for one in manifest["nodes"].values()
        if one.get("test_metadata", {}).get("name") == "copies_agree"
        for source in one["depends_on"]["nodes"]
    }
    for one in models:
        captured = [name for name in one["depends_on"]["nodes"] if name.startswith("source.")]
        if captured and DEDUPES.search(one["raw_code"]) and one["fqn"][1] == "staging":
            assert set(captured) <= guarded, one["name"]


def test_every_mart_is_built_by_an_enforced_contract_of_typed_columns(models: list[dict]):
    for one in models:
        if one["fqn"][1] == "marts":
            assert one["config"]["contract"]["enforced"], one["name"]
            assert one["columns"], one["name"]
            assert all(column["data_type"] for column in one["columns"].values()), one["name"]


def test_every_column_says_what_it_means_and_in_which_unit(models: list[dict]):
    for one in models:
        for name, column in one["columns"].items():
            said = column["description"] or meanings().get(name, "")
            assert said, (one["name"], name)
            for suffix, unit in UNITS.items():
                if name.endswith(suffix):
                    assert re.search(unit, said, re.IGNORECASE), (one["name"], name, said)


def test_every_source_says_when_it_is_late(manifest: dict[str, Any]):
    for one in manifest["sources"].values():
        assert one["loaded_at_field"], one["name"]
        held_to = bool(one["freshness"] and one["freshness"]["error_after"]["count"])
        assert held_to == (one["name"] not in QUIET), one["name"]


def test_a_book_is_as_old_as_the_end_of_its_last_day(manifest: dict[str, Any]):
    books = [one for one in manifest["sources"].values() if one["source_name"] == "books"]
    (loaded_at,) = {one["loaded_at_field"] for one in books}
    days = "(values ('2025-12-31'), ('2026-01-05')) as told (day)"
    (found,) = duckdb.sql(f"select max({loaded_at}) from {days}").fetchall()[0]  # noqa: S608 (ours)
    assert found == datetime(2026, 1, 6)  # noqa: DTZ001 (dbt takes it as UTC)


def test_every_mart_has_a_report_that_reads_it(manifest: dict[str, Any], models: list[dict]):
    read = {
        name for one in manifest["exposures"].values() for name in one["depends_on"]["nodes"]
    } | {name for one in models for name in one["depends_on"]["nodes"]}
    unread = {one["unique_id"] for one in models if one["fqn"][1] == "marts"} - read
    assert unread == set()
    assert all(one["description"] and one["owner"] for one in manifest["exposures"].values())
