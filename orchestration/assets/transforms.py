"""dbt in the graph: staging and intermediate models before settlement, marts after attribution.

Each model and each data test is reported as its own asset or check, whether dbt ran it or what dbt
compiled was run again. SQL belongs to `dbt/`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtProject,
    dbt_assets,
)

from domain.errors import InvariantBroken
from orchestration.assets.catalog import A_DAY_AND_A_BIT, ONE_DAY_A_RUN, OWNERS, meanings
from orchestration.checks.daily import of_the_day
from orchestration.lineage import columns as lineage
from orchestration.partitions import utc_days
from orchestration.resources.dbt_kept import run_kept
from orchestration.resources.dbt_manifest import prepare
from orchestration.resources.dbt_run import DbtOutcome
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL, Warehouse, mart_path
from orchestration.runs.failures import failure_of

BEFORE_SETTLEMENT = "fqn:alphapulse.staging fqn:alphapulse.intermediate"
MARTS = "fqn:alphapulse.marts"
Event = dg.Output[None] | dg.AssetCheckResult


class BooksTranslator(DagsterDbtTranslator):
    """Names dbt's models as the rest of the graph names its tables: by their own name."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Give the key; sources share it with the asset that captures or computes them."""
        return dg.AssetKey([dbt_resource_props["name"]])

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """Give a data test as a check of the day it looked at."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and of_the_day(spec)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Group models as their folders do: staging, the subject, marts."""
        folders = dbt_resource_props["fqn"][1:-1]
        return {"intermediate": folders[-1]}.get(folders[0], folders[0])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Give what the model's page says; its SQL is a click away, in its code."""
        return dbt_resource_props["description"]

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give dbt's metadata; a column that is not described means what its name does."""
        columns = {
            name: {**column, "description": column["description"] or meanings().get(name, "")}
            for name, column in dbt_resource_props["columns"].items()
        }
        return super().get_metadata({**dbt_resource_props, "columns": columns})

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Give the team that answers for the model's group."""
        return [OWNERS[self.get_group_name(dbt_resource_props) or "marts"]]


TRANSLATOR = BooksTranslator(
    settings=DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_code_references=False)
)


@dbt_assets(
    manifest=prepare(),
    select=BEFORE_SETTLEMENT,
    name="transform_captures",
    partitions_def=utc_days,
    dagster_dbt_translator=TRANSLATOR,
    pool=POOL,
    backfill_policy=ONE_DAY_A_RUN,
)
def dbt_staging(context: dg.AssetExecutionContext, desk: Desk) -> Iterator[Event]:
    """Type, dedupe and decode what was captured."""
    yield from _transform(context, desk, BEFORE_SETTLEMENT)


@dbt_assets(
    manifest=prepare(),
    select=MARTS,
    name="build_marts",
    partitions_def=utc_days,
    dagster_dbt_translator=TRANSLATOR,
    pool=POOL,
    backfill_policy=ONE_DAY_A_RUN,
)
def dbt_marts(context: dg.AssetExecutionContext, desk: Desk) -> Iterator[Event]:
    """Arrange the settled day for readers and publish it as Parquet."""
    yield from _transform(context, desk, MARTS)
    _publish(context, desk)


def _transform(context: dg.AssetExecutionContext, desk: Desk, select: str) -> Iterator[Event]:
    built = run_kept(desk.home, context.partition_key, select, command="run")
    _raise_broken_models(built)
    yield from _outputs(context, built)
    if context.op_execution_context.selected_asset_check_keys:
        tested = run_kept(desk.home, context.partition_key, select, command="test")
        yield from _check_results(context, tested)


def _raise_broken_models(outcome: DbtOutcome) -> None:
    broken = [node for node in outcome.nodes if not node.is_good]
    broken.sort(key=lambda node: node.status == "skipped")  # the cause before what it took along
    if broken:
        raise failure_of(
            InvariantBroken(
                f"dbt could not build {broken[0].name}; see its message", dbt=broken[0].message
            )
        )


def _outputs(context: dg.AssetExecutionContext, outcome: DbtOutcome) -> Iterator[Event]:
    """Report models in the order dbt finished them, which is the order of their dependencies."""
    selected = {key.to_user_string(): key for key in context.selected_asset_keys}
    for node in outcome.nodes:
        if node.name in selected:
            yield dg.Output(
                None,
                output_name=selected[node.name].to_python_identifier(),
                metadata={
                    "seconds": node.seconds,
                    "dbt": node.unique_id,
                    **lineage.of_model(node.sql),
                },
            )


def _check_results(context: dg.AssetExecutionContext, outcome: DbtOutcome) -> Iterator[Event]:
    results = {node.name: node for node in outcome.nodes}
    for key in sorted(context.op_execution_context.selected_asset_check_keys):
        node = results[key.name]
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=node.is_good,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={
                "failures": node.failures,
                "seconds": node.seconds,
                **({"dbt": node.message} if node.message else {}),
            },
        )


def _publish(context: dg.AssetExecutionContext, desk: Desk) -> None:
    day, warehouse = context.partition_key, Warehouse(desk.home)
    with warehouse.held():
        for key in sorted(context.selected_asset_keys):
            name = key.to_user_string()
            warehouse.publish(name, mart_path(desk.home, name, day))


def fresh(made: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """Hold dbt's models to the freshness every table of the books has."""
    return made.map_asset_specs(
        lambda spec: spec.replace_attributes(freshness_policy=A_DAY_AND_A_BIT)
    )


TRANSFORMS = [fresh(dbt_staging), fresh(dbt_marts)]
