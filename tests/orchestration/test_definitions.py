"""What the books are made of: every key, job, schedule and sensor, and that nothing is dumb."""

from __future__ import annotations

import dagster as dg
import pytest
from syrupy.assertion import SnapshotAssertion

from orchestration.definitions import defs
from orchestration.jobs import settle_day


@pytest.fixture(scope="module")
def graph() -> dg.BaseAssetGraph:
    return defs.resolve_asset_graph()


def test_the_books_are_made_of_these(graph: dg.BaseAssetGraph, snapshot: SnapshotAssertion):
    repository = defs.get_repository_def()
    assert {
        "assets": sorted(key.to_user_string() for key in graph.get_all_asset_keys()),
        "checks": sorted(
            f"{key.asset_key.to_user_string()}: {key.name}" for key in graph.asset_check_keys
        ),
        "jobs": sorted(job.name for job in repository.get_all_jobs()),
        "schedules": {one.name: one.cron_schedule for one in repository.schedule_defs},
        "sensors": {one.name: one.minimum_interval_seconds for one in repository.sensor_defs},
    } == snapshot


def test_every_asset_is_made_here_and_says_what_it_is(graph: dg.BaseAssetGraph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.is_materializable, key
        assert node.description, key
        assert node.group_name != "default", key
        assert node.owners, key
        assert node.partitions_def is not None, key


def test_every_column_has_a_type_and_a_meaning(graph: dg.BaseAssetGraph):
    for key in graph.get_all_asset_keys():
        columns = graph.get(key).metadata["dagster/column_schema"].columns
        assert columns, key
        assert not [one.name for one in columns if not one.description or one.type == "?"], key


def test_the_daily_close_makes_every_asset(graph: dg.BaseAssetGraph):
    made = defs.resolve_job_def("daily_close").asset_layer.selected_asset_keys
    assert set(made) == set(graph.get_all_asset_keys())


def test_settling_asks_every_check_but_the_suites_that_are_slow_to_import(graph: dg.BaseAssetGraph):
    asked = settle_day.selection.resolve_checks(graph)
    assert {key.name for key in graph.asset_check_keys - asked} == {
        "fills_are_what_an_exchange_can_say",
        "receipts_are_what_a_chain_can_say",
        "published_postings_are_complete_rows",
    }


def test_the_identities_block():
    from orchestration.checks.identities import IDENTITIES
    from orchestration.checks.layers import LAYER_CHECKS

    checks = [*IDENTITIES, *LAYER_CHECKS]
    names = {spec.name for check in checks for spec in check.check_specs if spec.blocking}
    assert names == {
        "postings_per_asset_sum_to_zero",
        "the_books_hold_what_is_stated_at_the_anchor",
        "opening_plus_flows_equals_closing",
        "lots_hold_what_is_held",
        "equity_change_equals_attribution_exactly",
        "realised_and_unrealised_equal_the_attribution",
        "no_fact_in_the_journal_is_missing_from_the_books",
    }
