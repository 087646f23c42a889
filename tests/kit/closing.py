"""Closing a desk's day as the tests do: the whole graph in this process, nothing of it kept."""

from __future__ import annotations

import dagster as dg

from domain.home import DeskHome
from orchestration.definitions import defs
from orchestration.jobs import daily_close
from orchestration.resources.desk import Desk
from tests.kit.world_names import DAY

SLOW = {
    "fills_are_what_an_exchange_can_say",
    "receipts_are_what_a_chain_can_say",
    "published_postings_are_complete_rows",
}
"""Great Expectations takes seconds to import; its suites have a test of their own."""


def close(home: DeskHome) -> dg.ExecuteInProcessResult:
    """Run the whole close, without the suites that are slow to import."""
    quick = [
        check
        for check in defs.asset_checks or ()
        if not {spec.name for spec in check.check_specs} & SLOW
    ]
    books = dg.Definitions(
        assets=defs.assets,
        asset_checks=quick,
        jobs=[daily_close],
        resources={"desk": Desk(root=str(home.root))},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        return books.resolve_job_def("daily_close").execute_in_process(
            partition_key=DAY, instance=instance, raise_on_error=False
        )


def answers(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    """Say which checks passed, by name."""
    found = result.get_asset_check_evaluations()
    return {one.asset_check_key.name: one.passed for one in found}
