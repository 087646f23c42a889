"""What a schema is, and how a table finds it."""

from __future__ import annotations

import msgspec

from live.protocol.v2.schemas import Schema
from live.protocol.v2.table import TABLE


def test_a_schema_is_found_by_number_and_by_message():
    for schema in TABLE.schemas:
        assert TABLE.by_number[schema.number] is TABLE.by_message[schema.message] is schema


def test_only_control_is_not_routed():
    assert not Schema(1, msgspec.Struct, "control", ()).is_routed
    assert Schema(1, msgspec.Struct, "pools", ()).is_routed
