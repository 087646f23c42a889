"""What may be asked again without dbt is nothing but its query; all of the project is."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.resources.dbt_plain import is_plain
from orchestration.resources.dbt_run import parsed_project

MODEL = "model.alphapulse.stg_exchange__fills"
MACRO = "macro.alphapulse.within_days"


@pytest.fixture(scope="module")
def project() -> Any:
    return parsed_project()


@pytest.fixture
def given(project: Any) -> Any:
    """Give a model, and a project of it alone, that may be changed."""
    macros = deepcopy({key: one for key, one in project.macros.items() if "alphapulse" in key})
    node = deepcopy(project.nodes[MODEL])
    return SimpleNamespace(node=node, project=SimpleNamespace(nodes={MODEL: node}, macros=macros))


def test_every_model_and_every_data_test_of_the_project_is_plain(project: Any):
    nodes = [one for one in project.nodes.values() if one.resource_type in {"model", "test"}]
    assert len(nodes) > 100
    assert [one.name for one in nodes if not is_plain(one, project)] == []


@pytest.mark.parametrize(
    "written",
    [
        "select {{ run_query('select 1').columns[0] }}",
        "{% if execute %} select 1 {% endif %}",
        "{%- set found = adapter.get_relation('a', 'b', 'c') -%} select 1",
        "{% call statement('x', fetch_result=True) %} select 1 {% endcall %}",
        "select '{{ env_var('WHO') }}'",
        "select '{{ invocation_id }}'",
        "select '{{\n run_started_at }}'",
        "select 1 {% if is_incremental() %} where true {% endif %}",
        "select count(*) from {{ this }}",
    ],
)
def test_a_query_that_depends_on_more_than_project_and_days_is_not_plain(given: Any, written: str):
    assert is_plain(given.node, given.project)
    given.node.raw_code = written
    assert not is_plain(given.node, given.project)


def test_nor_is_one_whose_macro_does_however_it_comes_to_call_it(given: Any):
    inner = deepcopy(given.project.macros[MACRO])
    inner.macro_sql = "{% macro inner() %} {{ env_var('WHO') }} {% endmacro %}"
    given.project.macros["macro.alphapulse.inner"] = inner
    assert is_plain(given.node, given.project)
    given.project.macros[MACRO].depends_on.macros.append("macro.alphapulse.inner")
    assert not is_plain(given.node, given.project)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("materialized", "incremental"),
        ("pre_hook", ["select 1"]),
        ("post_hook", ["select 1"]),
        ("grants", {"select": ["ann"]}),
        ("persist_docs", {"relation": True}),
    ],
)
def test_a_model_of_which_more_is_asked_than_to_be_built_is_not_plain(
    given: Any, setting: str, value: object
):
    setattr(given.node.config, setting, value)
    assert not is_plain(given.node, given.project)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("severity", "warn"),
        ("fail_calc", "sum(versions)"),
        ("warn_if", "> 3"),
        ("error_if", "> 3"),
        ("limit", 5),
        ("store_failures", True),
    ],
)
def test_a_test_that_any_row_need_not_fail_is_not_plain(project: Any, setting: str, value: object):
    node = deepcopy(next(one for one in project.nodes.values() if one.resource_type == "test"))
    assert is_plain(node, project)
    setattr(node.config, setting, value)
    assert not is_plain(node, project)


def test_an_example_is_not_plain(project: Any):
    assert project.unit_tests
    assert not [one for one in project.unit_tests.values() if is_plain(one, project)]


def test_nothing_is_plain_where_something_is_run_around_a_run(given: Any):
    given.project.nodes["operation.alphapulse.x"] = SimpleNamespace(resource_type="operation")
    assert not is_plain(given.node, given.project)
