"""Freshness: every capture reaches the day's anchor, and dbt's own unit tests hold.

What is late is not wrong, but nobody may take it for complete.
"""

import dagster as dg

from domain.home import DeskHome
from orchestration.day import Day
from orchestration.dbt_manifest import prepare
from orchestration.failures import honouring_advice
from orchestration.resources.dbt_run import UNIT_TESTS, DbtOutcome, run_dbt
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL

TO_THE_BLOCK: tuple[str, ...] = ("raw_chain__blocks", "raw_chain__transactions", "raw_chain__logs")
TO_THE_INSTANT: tuple[str, ...] = (
    "raw_exchange__fills",
    "raw_exchange__ledger_lines",
    "raw_exchange__trades",
)


@dg.asset_check(
    asset="stg_chain__anchors",
    additional_deps=[*TO_THE_BLOCK, *TO_THE_INSTANT],
)
@honouring_advice
def every_capture_reaches_the_anchor(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Chain captures end at the anchor block, exchange captures at its cut-off."""
    day = Day(desk.home, context.partition_key)
    wanted: dict[str, int] = dict.fromkeys(TO_THE_BLOCK, day.anchor.block_number) | dict.fromkeys(
        TO_THE_INSTANT, day.anchor.cutoff_ns
    )
    reached = {table: day.lake.cursor(table, day.name).position for table in wanted}
    late = {table: position for table, position in reached.items() if position < wanted[table]}
    return dg.AssetCheckResult(
        passed=not late, metadata={"anchor": day.anchor.text(), "late": str(late)}
    )


@dg.asset_check(asset="dim_assets", pool=POOL)
@honouring_advice
def dbt_unit_tests_pass(context: dg.AssetCheckExecutionContext, desk: Desk) -> dg.AssetCheckResult:
    """The models do what their written examples say; dbt does not report this to Dagster itself."""
    outcome = examples(desk.home, context.partition_key)
    return dg.AssetCheckResult(
        passed=outcome.success,
        metadata={"unit_tests": len(outcome.nodes), "failures": "; ".join(outcome.failures)},
    )


_HELD: dict[int, DbtOutcome] = {}


def examples(home: DeskHome, day: str) -> DbtOutcome:
    """Run dbt's unit tests, once a process for each state of the project that passed.

    They are about the queries, not about the day: the same project gives the same answer.
    """
    parsed_ns = prepare().stat().st_mtime_ns
    if parsed_ns not in _HELD:
        outcome = run_dbt(home, day, UNIT_TESTS, command="test")
        if not outcome.success:
            return outcome
        _HELD[parsed_ns] = outcome
    return _HELD[parsed_ns]


FRESHNESS = [every_capture_reaches_the_anchor, dbt_unit_tests_pass]
