"""Journal records equal dbt's journal models, and captured tables equal dbt's sources."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from journal.records import KINDS
from orchestration.resources.dbt_manifest import prepare
from orchestration.resources.lake_schema import TABLES

ENVELOPE = ["seq", "record_id", "correlation_id", "recorded_ns", "day"]
"""What every kind of record is read with, beside its own fields: the last columns of its model."""


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads(prepare().read_bytes())


def test_every_kind_of_record_has_a_model_with_its_fields(manifest: dict[str, Any]):
    models = {
        node["config"]["meta"]["kind"]: list(node["columns"])
        for node in manifest["nodes"].values()
        if node["config"].get("meta", {}).get("kind")
    }
    fields = {
        kind: [*(field.name for field in msgspec.structs.fields(record)), *ENVELOPE]
        for kind, record in KINDS.items()
    }
    assert models == fields


def test_every_model_of_a_record_reads_exactly_its_fields(manifest: dict[str, Any]):
    for node in manifest["nodes"].values():
        kind = node["config"].get("meta", {}).get("kind")
        if kind:
            for field in list(node["columns"])[: -len(ENVELOPE)]:
                assert f"'{field}':" in node["raw_code"], (kind, field)


def test_every_captured_table_is_a_source_with_its_columns(manifest: dict[str, Any]):
    sources = {
        source["name"]: list(source["columns"])
        for source in manifest["sources"].values()
        if source["source_name"] != "books"
    }
    assert sources == {
        table.name: [column.name for column in table.columns] for table in TABLES.values()
    }
