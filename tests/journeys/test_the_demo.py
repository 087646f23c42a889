"""The main job as a newcomer runs it: trade, settle, close, and follow a number back."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from domain.home import DeskHome
from journal.reader import JournalReader
from orchestration.resources.dbt_manifest import prepare

pytestmark = [pytest.mark.chain, pytest.mark.timeout(1200)]

FIELDS = {
    "date",
    "opportunities",
    "executions",
    "settlement",
    "breaks",
    "pnl",
    "audit_head",
    "steps",
}


def alphapulse(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.cli.main", *words, "--home", str(home)],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
        timeout=1000,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    home = tmp_path_factory.mktemp("desks") / "demo"
    ended = alphapulse(home, "demo", "--seconds", "20", "--json")
    assert ended.returncode == 0, ended.stderr[-3000:]
    return home, json.loads(ended.stdout.splitlines()[-1])


def test_the_close_has_every_field_that_other_tools_read(demo):
    _, close = demo
    assert close.keys() >= FIELDS
    assert close["pnl"].keys() >= {"rows", "total", "residual"}
    assert all(step.keys() >= {"name", "seconds"} for step in close["steps"])


def test_edges_were_found_and_taken_and_settled(demo):
    _, close = demo
    assert close["opportunities"]["found"] >= close["opportunities"]["taken"] > 0
    assert sum(close["executions"].values()) == close["opportunities"]["taken"]
    assert sum(close["settlement"].values()) == close["opportunities"]["taken"]


def test_the_residual_is_exactly_zero_and_the_rows_sum_to_the_total(demo):
    _, close = demo
    pnl = close["pnl"]
    assert pnl["residual"] == "0"
    assert sum(Decimal(row["amount"]) for row in pnl["rows"]) == Decimal(pnl["total"])


def test_every_break_has_a_cause(demo):
    _, close = demo
    assert [item for item in close["breaks"] if item["cause"] in ("", "UNEXPLAINED")] == []


def test_the_journal_verifies_and_its_opportunities_are_all_in_the_close(demo):
    home, close = demo
    with JournalReader(DeskHome(home).journal_db) as reader:
        reader.verify()
        found = reader.read(kinds=["opportunity.found"], limit=100_000)
    assert len(found) == close["opportunities"]["found"]


def test_a_number_can_be_followed_to_its_opportunity(demo):
    home, close = demo
    row = next(
        row["row_id"] for row in close["pnl"]["rows"] if row["row_id"].endswith("/quoted_edge")
    )
    ended = alphapulse(home, "explain", row, "--json")
    assert ended.returncode == 0, ended.stderr
    assert "opportunity" in ended.stdout


def test_the_same_day_closes_again_from_what_was_captured_with_every_venue_gone(demo):
    home, close = demo
    ended = alphapulse(home, "close", "--date", close["date"], "--json")
    assert ended.returncode == 0, ended.stderr[-3000:]
    again = json.loads(ended.stdout.splitlines()[-1])
    for field in ("opportunities", "executions", "settlement", "breaks", "pnl"):
        assert again[field] == close[field]


def test_every_model_has_the_columns_and_types_its_page_says(demo):
    home, _ = demo
    manifest = json.loads(prepare().read_bytes())
    said = {
        node["name"]: {one["name"]: _plain(one["data_type"]) for one in node["columns"].values()}
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    built: dict[str, dict[str, str]] = {name: {} for name in said}
    with duckdb.connect(str(DeskHome(home).warehouse), read_only=True) as warehouse:
        for table, column, kind in warehouse.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall():
            if table in built:
                built[table][column] = _plain(kind)
    assert built == said


def _plain(kind: str) -> str:
    return kind.lower().replace(" ", "")
