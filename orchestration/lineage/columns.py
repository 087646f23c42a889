"""Column lineage as Dagster shows it: beside every table, which columns each of its own is made of.

What is made of what is found in `models.py` for dbt's models and stated in `tables.py`
for Python's tables; here it only becomes metadata of a materialisation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import dagster as dg
import msgspec

from orchestration.lineage.models import Origin, origins
from orchestration.lineage.tables import stated
from orchestration.resources.dbt_manifest import prepare

KEY = "dagster/column_lineage"
_DATE = re.compile(r"'\d{4}-\d\d-\d\d'")


class _Listed(msgspec.Struct):
    name: str
    columns: dict[str, Any]
    resource_type: str


class _Manifest(msgspec.Struct):
    nodes: dict[str, _Listed]
    sources: dict[str, _Listed]


def of_book(table: str) -> dict[str, Any]:
    """Give the lineage of a table Python makes, as metadata; none where nothing is stated."""
    made_of = stated().get(table)
    return _metadata(made_of) if made_of else {}


def of_model(sql: str) -> dict[str, Any]:
    """Give the lineage of a dbt model by its compiled SQL, as metadata."""
    return _metadata(_origins(_DATE.sub("''", sql))) if sql else {}


def told(result: dg.MaterializeResult[Any], table: str) -> dg.MaterializeResult[Any]:
    """Add a table's lineage to what its step reports."""
    return result._replace(metadata={**(result.metadata or {}), **of_book(table)})


def _metadata(made_of: Mapping[str, Sequence[Origin]]) -> dict[str, Any]:
    deps = {
        column: [dg.TableColumnDep(asset_key=table, column_name=name) for table, name in parts]
        for column, parts in made_of.items()
    }
    return {KEY: dg.TableColumnLineage(deps_by_column=deps)}


@lru_cache(maxsize=256)
def _origins(sql: str) -> dict[str, tuple[Origin, ...]]:
    """Read one query once a process: the day it is about says nothing of its lineage."""
    return origins(sql, _known())


@cache
def _known() -> dict[str, tuple[str, ...]]:
    manifest = msgspec.json.decode(prepare().read_bytes(), type=_Manifest)
    listed = [one for one in manifest.nodes.values() if one.resource_type == "model"]
    return {
        one.name: (*one.columns, "day")
        for one in [*listed, *manifest.sources.values()]
        if one.columns
    }
