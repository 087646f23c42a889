"""Whether a comparison is valid at all, read from the graph: no two sides share a captured source.

What is compared with what is declared here, and has to be wired so; what stems from what is the
graph's word. The anchor is shared by design: both sides speak of one block and one instant.
"""

from collections.abc import Collection, Mapping
from typing import Any

import dagster as dg

from domain.layers.lineage import Sides, shared_sources, unwired
from orchestration.assets.layers import STATED
from orchestration.checks.daily import day_check
from orchestration.day import BALANCED, MATCHED, POSITIONS, REALISED, ROLLED, STOCKED
from orchestration.reading.movements import LEGS, MOVEMENTS
from orchestration.resources.desk import Desk
from orchestration.runs.failures import honouring_advice
from orchestration.showing import table_metadata

ANCHORS = ("raw_chain__anchors", "stg_chain__anchors")
_CHAIN = ("stg_chain__transactions", "stg_chain__logs")
COMPARISONS: dict[str, tuple[Sides, ...]] = {
    MATCHED: (
        Sides("journal against exchange", ("stg_journal__facts",), ("stg_exchange__fills",)),
        Sides("journal against chain", ("stg_journal__facts",), _CHAIN),
        Sides("fills against statement", ("stg_exchange__fills",), ("stg_exchange__ledger_lines",)),
    ),
    BALANCED: (Sides("ledger against balances", (POSITIONS,), STATED),),
    ROLLED: (Sides("flows against balances", (LEGS, MOVEMENTS), STATED),),
    STOCKED: (Sides("lots against balances", (REALISED,), STATED),),
}
"""Result -> what it holds against what. Messages are counted by their own numbers: one side."""


def parents_of(graph: Any) -> dict[str, set[str]]:  # noqa: ANN401 (Dagster exports no such class)
    """Read a graph as table -> what it is computed from."""
    return {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }


def invalid(
    table: str, sides: Sides, parents: Mapping[str, Collection[str]]
) -> list[tuple[str, str]]:
    """Say why a comparison proves nothing: (what is wrong, which table); nothing when it is valid.

    Args:
        table: Which result holds the sides against each other.
        sides: Which.
        parents: As :func:`parents_of` reads them.
    """
    return [
        *(("both sides stem from", name) for name in shared_sources(sides, parents, ANCHORS)),
        *(("not an input of the comparison", name) for name in unwired(sides, table, parents)),
    ]


def sides_share_no_source(table: str, compared: tuple[Sides, ...]) -> dg.AssetChecksDefinition:
    """Make the blocking check of one result's independence."""

    @day_check(
        asset=table,
        name="its_sides_share_no_source",
        blocking=True,
        description="A comparison of a source with itself is INVALID, whatever it found.",
    )
    @honouring_advice
    def check(context: dg.AssetCheckExecutionContext, desk: Desk) -> dg.AssetCheckResult:
        del desk
        parents = parents_of(context.op_execution_context.job_def.asset_layer.asset_graph)
        found = [
            (sides.name, "INVALID" if wrong else "valid", "; ".join(f"{a} {b}" for a, b in wrong))
            for sides in compared
            for wrong in [invalid(table, sides, parents)]
        ]
        return dg.AssetCheckResult(
            passed=all(state == "valid" for _, state, _ in found),
            metadata={"comparisons": table_metadata(("comparison", "state", "because"), found)},
        )

    return check


INDEPENDENCE = [sides_share_no_source(table, compared) for table, compared in COMPARISONS.items()]
