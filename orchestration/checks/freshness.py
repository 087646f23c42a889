"""Freshness: every capture reaches the day's anchor, and dbt's own unit tests hold.

What is late is not wrong, but nobody may take it for complete.
"""

import dagster as dg
import msgspec

from domain.home import DeskHome
from orchestration.checks.daily import day_check
from orchestration.day import Day
from orchestration.resources.dbt_manifest import prepare, project_state
from orchestration.resources.dbt_run import UNIT_TESTS, run_dbt
from orchestration.resources.desk import Desk
from orchestration.resources.lake import write_bytes
from orchestration.resources.warehouse import POOL
from orchestration.runs.failures import honouring_advice

TO_THE_BLOCK: tuple[str, ...] = ("raw_chain__blocks", "raw_chain__transactions", "raw_chain__logs")
TO_THE_INSTANT: tuple[str, ...] = (
    "raw_exchange__fills",
    "raw_exchange__ledger_lines",
    "raw_exchange__payments",
    "raw_exchange__trades",
)


@day_check(
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


@day_check(asset="dim_assets", pool=POOL)
@honouring_advice
def dbt_unit_tests_pass(context: dg.AssetCheckExecutionContext, desk: Desk) -> dg.AssetCheckResult:
    """The models do what their written examples say; dbt does not report this to Dagster itself."""
    held = examples_held(desk.home, context.partition_key)
    return dg.AssetCheckResult(
        passed=not held.failures,
        metadata={"unit_tests": held.unit_tests, "failures": "; ".join(held.failures)},
    )


class Examples(msgspec.Struct, frozen=True):
    """How dbt's unit tests went for one state of the project, `state`."""

    state: str
    unit_tests: int
    failures: tuple[str, ...] = ()


def examples_held(home: DeskHome, day: str) -> Examples:
    """Run dbt's unit tests, unless they passed for the project as it stands.

    They are about the queries, not about the day: the same project on the same engine gives the
    same answer, which is kept beside the manifest.
    """
    kept, state = prepare().with_name("examples_held.json"), project_state()
    if kept.exists():
        before = msgspec.json.decode(kept.read_bytes(), type=Examples)
        if before.state == state:
            return before
    outcome = run_dbt(home, day, UNIT_TESTS, command="test")
    found = Examples(state, len(outcome.nodes), outcome.failures)
    if outcome.success:
        write_bytes(kept, msgspec.json.encode(found))
    return found


FRESHNESS = [every_capture_reaches_the_anchor, dbt_unit_tests_pass]
