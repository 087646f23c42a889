"""docs/protocol.md says what the table says."""

from __future__ import annotations

from pathlib import Path

from live.protocol.v2.manual import manual
from live.protocol.v2.schemas import Field, Schema, Table
from live.protocol.v2.table import PARTS, RETIRED, SCHEMAS, TABLE

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "protocol.md"


def test_the_committed_document_is_the_one_the_table_makes():
    assert DOCUMENT.read_text() == manual()


def test_every_schema_and_every_field_is_in_it():
    text = manual()
    for schema in TABLE.schemas:
        assert f"### {schema.number} {schema.message.__name__}\n" in text
        for field in schema.fields:
            assert f"| `{field.name}` | `{field.kind}` | {field.says} |" in text


def test_a_newer_field_says_since_when():
    beat = SCHEMAS[0]
    longer = Schema(beat.number, beat.message, beat.channel, (Field("load", "u8", "Busy.", 1),))
    assert "| `load` | `u8` | Busy. Since 2.1. |" in manual(Table([longer], PARTS, RETIRED))
