"""A comparison whose sides stem from one capture is INVALID, by the graph and not by its word."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from domain.layers.lineage import Sides
from orchestration.checks.independence import (
    COMPARISONS,
    invalid,
    parents_of,
    sides_share_no_source,
)
from orchestration.definitions import defs
from orchestration.resources.desk import Desk

HELD = Sides("held", ("believed",), ("stated",))


def graph_of(stated_from: str) -> list[dg.AssetsDefinition]:
    """Wire believed against stated, whose capture is told; both are read at one anchor."""

    def table(name: str, *above: str) -> dg.AssetsDefinition:
        @dg.asset(name=name, deps=list(above))
        def made() -> None: ...

        return made

    return [
        table("raw_journal__facts"),
        table("raw_chain__anchors", "raw_journal__facts"),
        table("raw_fills", "raw_chain__anchors"),
        table("raw_balances", "raw_chain__anchors"),
        table("believed", "raw_fills"),
        table("stated", stated_from),
        table("compared", "believed", "stated"),
    ]


def answer(assets: list[dg.AssetsDefinition], tmp_path: Path) -> dg.AssetCheckEvaluation:
    books = dg.Definitions(
        assets=assets,
        asset_checks=[sides_share_no_source("compared", (HELD,))],
        jobs=[dg.define_asset_job("all", executor_def=dg.in_process_executor)],
        resources={"desk": Desk(root=str(tmp_path))},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = books.resolve_job_def("all").execute_in_process(
            instance=instance, raise_on_error=False
        )
    [found] = result.get_asset_check_evaluations()
    return found


def test_sides_of_two_captures_are_valid_though_they_share_their_anchor(tmp_path: Path):
    found = answer(graph_of("raw_balances"), tmp_path)
    assert found.passed
    assert "| held | valid |" in str(found.metadata["comparisons"].value)


def test_a_wrong_wiring_is_invalid_and_blocks_though_the_sides_agree(tmp_path: Path):
    found = answer(graph_of("raw_fills"), tmp_path)
    assert not found.passed
    assert found.blocking
    assert "| held | INVALID | both sides stem from raw_fills |" in str(
        found.metadata["comparisons"].value
    )


def test_a_side_that_is_read_without_being_wired_is_invalid():
    parents = {"compared": {"believed"}, "believed": {"a"}, "stated": {"b"}}
    assert invalid("compared", HELD, parents) == [("not an input of the comparison", "stated")]


@pytest.mark.parametrize("job", ["daily_close", "reconcile_hour", "settle_day"])
def test_every_comparison_of_the_books_is_valid_in_every_job(job: str):
    parents = parents_of(defs.resolve_job_def(job).asset_layer.asset_graph)
    assert [
        (table, sides.name, wrong)
        for table, compared in COMPARISONS.items()
        for sides in compared
        for wrong in invalid(table, sides, parents)
    ] == []


def test_holding_the_ledger_against_the_statement_it_is_made_from_would_be_invalid():
    parents = parents_of(defs.resolve_job_def("daily_close").asset_layer.asset_graph)
    wrong = Sides("x", ("int_positions__positions_held",), ("stg_exchange__ledger_lines",))
    parents["x"] = {*wrong.internal, *wrong.external}
    assert invalid("x", wrong, parents) == [("both sides stem from", "raw_exchange__ledger_lines")]
