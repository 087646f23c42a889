"""A whole day through the graph, with a known truth, and the same day with a fault in it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from domain.ledger.balances import Position
from domain.matching.made import MatchMade
from domain.matching.types import Break
from journal.reader import JournalReader
from orchestration.assets.reconciliation import MATCHES
from orchestration.assets.report import settled_seq
from orchestration.closing.close import close_object
from orchestration.closing.explain import explain
from orchestration.day import MATCHED, POSITIONS, Day
from orchestration.resources.dbt_manifest import prepare
from orchestration.resources.lake import Lake, read_parquet
from orchestration.resources.warehouse import Warehouse
from orchestration.runs.run import _close, _told
from tests.kit.books import World
from tests.kit.closing import answers, close
from tests.kit.desk_day import a_desk_day
from tests.kit.world_names import DAY

IDENTITIES = {
    "postings_per_asset_sum_to_zero",
    "the_books_hold_what_is_stated_at_the_anchor",
    "opening_plus_flows_equals_closing",
    "lots_hold_what_is_held",
    "its_sides_share_no_source",
    "equity_change_equals_attribution_exactly",
    "realised_and_unrealised_equal_the_attribution",
    "no_fact_in_the_journal_is_missing_from_the_books",
}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory):
    home, world = a_desk_day(tmp_path_factory.mktemp("whole"))
    return home, world, close(home)


def test_every_asset_is_made_and_every_check_passes(closed):
    _, _, result = closed
    assert result.success
    assert dict.fromkeys(answers(result), True) == answers(result)
    assert set(answers(result)) >= IDENTITIES


def test_every_check_says_of_which_day_it_speaks(closed):
    _, _, result = closed
    assert {one.partition for one in result.get_asset_check_evaluations()} == {DAY}


def test_the_close_leaves_nothing_unexplained(closed):
    home, _, _ = closed
    found = close_object(Day(home, DAY))
    assert found is not None
    assert found["pnl"]["residual"] == "0"
    assert found["breaks"] == []
    assert found["opportunities"]["found"] == 5
    assert found["provisional"] == {
        "anchor": Day(home, DAY).anchor.text(), "executions": 0, "of_executions": 4, "value": "0",
        "assets": [],
    }  # fmt: skip
    assert found["opportunities"]["declined"] == {"too small": 1}


def test_what_a_run_gives_is_the_close_it_published_and_else_the_draft(closed):
    home, _, result = closed
    given = _told(home, DAY, result)
    drafted = close_object(Day(home, DAY), [(step.name, step.seconds) for step in given.steps])
    assert list((given.close or {}).items()) == list((drafted or {}).items())
    unpublished = [one for one in result.all_events if one.step_key != "report_close"]
    steps = [("attribute_profit", "0.1"), ("report_close", "unknown")]
    assert _close(home, DAY, unpublished, steps) == close_object(Day(home, DAY), steps)
    assert _close(home, DAY, unpublished, [("attribute_profit", "unknown")]) is None


def test_everything_that_happened_is_kept_as_one_match_with_what_it_was_told_by(closed):
    home, world, result = closed
    found = Lake(home).load(MATCHES, DAY, MatchMade)
    orders, trades = {fill.client_order_id for fill in world.fills}, len(world.fills)
    assert len(found) == len(orders) + trades + len(world.intents)
    assert {(one.rule, one.is_suggested) for one in found} == {("ref", False)}
    (made,) = result.asset_materializations_for_node("match_what_happened")[1:]
    assert made.metadata["suggested"].value == "nothing"


@pytest.mark.slow
def test_what_may_belong_together_is_shown_and_the_break_stays(tmp_path: Path):
    def unname(world: World) -> None:
        world.fills[0] = msgspec.structs.replace(world.fills[0], client_order_id="")

    home, world = a_desk_day(tmp_path, fault=unname)
    result = close(home)
    made = result.asset_materializations_for_node("match_what_happened")[1]
    assert world.fills[0].trade_id in str(made.metadata["suggested"].value)
    causes = {(one.recon, one.cause) for one in Lake(home).load(MATCHED, DAY, Break)}
    assert ("journal-exchange", "MISSING_EXTERNAL") in causes


def test_positions_end_where_the_outsider_counts_them(closed):
    home, world, _ = closed
    held = {
        (one.account, one.asset): one.closing_units
        for one in Lake(home).load(POSITIONS, DAY, Position)
    }
    assert held == dict(world.held)


def test_every_mart_is_published_whole(closed):
    home, _, _ = closed
    names = sorted(path.name for path in home.marts.iterdir())
    assert names == [
        "dim_assets",
        "fct_breaks",
        "fct_executions",
        "fct_exposures",
        "fct_holdings",
        "fct_opportunities",
        "fct_performance",
        "fct_pnl",
        "fct_pnl_by_asset",
        "fct_positions",
        "fct_postings",
        "fct_settlements",
        "rpt_close",
    ]
    path = home.marts / "fct_executions" / f"day={DAY}" / "fct_executions.parquet"
    executions = read_parquet(path)
    assert len(executions) == 4
    assert not list(home.marts.rglob(".*"))


def test_every_column_a_model_has_is_described_and_no_other(closed):
    home, _, _ = closed
    nodes = json.loads(prepare().read_bytes())["nodes"].values()
    described = {one["name"]: set(one["columns"]) for one in nodes if "columns" in one}
    asked = (
        "select table_name, list(column_name) from duckdb_columns() where not internal group by 1"
    )
    with Warehouse(home).asked() as connection:
        found = {name: set(columns) for name, columns in connection.execute(asked).fetchall()}
    assert len(found) > 50
    assert {name: described[name] for name in found} == found


def test_the_published_close_says_up_to_which_fact_it_goes(closed):
    home, _, _ = closed
    with JournalReader(home.journal_db) as reader:
        assert settled_seq(home, DAY) == reader.head()[0]


def test_each_number_can_be_followed_to_its_fills_and_facts(closed):
    home, _, _ = closed
    found = close_object(Day(home, DAY))
    assert found is not None
    rows = found["pnl"]["rows"]
    row = next(one for one in rows if (one["venue"], one["cause"]) == ("paper", "exchange_fee"))
    tree = explain(home, row["row_id"])
    assert tree["entries"]
    assert all(tree["journal"].values())


def drop_a_fill(world: World) -> None:
    """The exchange forgets a trade altogether, but not what it did to the balance."""
    lost = world.fills.pop(0)
    world.lines = [line for line in world.lines if line.ref_id != lost.trade_id]


def double_a_fill(world: World) -> None:
    world.fills.append(msgspec.structs.replace(world.fills[-1], trade_id="t-again"))


@pytest.mark.parametrize(
    ("fault", "failing"),
    [
        (drop_a_fill, "opening_plus_flows_equals_closing"),
        (double_a_fill, "opening_plus_flows_equals_closing"),
    ],
)
def test_a_fault_is_a_break_with_a_cause_and_is_not_published(tmp_path: Path, fault, failing: str):
    home, _ = a_desk_day(tmp_path, fault=fault)
    result = close(home)
    found = close_object(Day(home, DAY))
    assert answers(result)[failing] is False
    assert found is not None
    assert found["breaks"]
    assert all(one["cause"] for one in found["breaks"])
    assert not (home.marts / "rpt_close").exists()
    assert settled_seq(home, DAY) == 0
