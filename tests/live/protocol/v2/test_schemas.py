"""The schemas of v2 as data."""

from __future__ import annotations

import pytest

from live.protocol.v2.kinds import KINDS
from live.protocol.v2.schemas import BY_MESSAGE, BY_NUMBER, SCHEMAS


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda s: s.message.__name__)
def test_the_table_and_the_struct_name_the_same_fields(schema):
    assert tuple(name for name, _kind in schema.fields) == schema.message.__struct_fields__
    assert {kind for _name, kind in schema.fields} <= set(KINDS)


def test_numbers_are_clear_of_v1_and_of_each_other():
    numbers = [schema.number for schema in SCHEMAS]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 255


def test_a_schema_is_found_by_number_and_by_message():
    for schema in SCHEMAS:
        assert BY_NUMBER[schema.number] is BY_MESSAGE[schema.message] is schema


def test_numbers_never_change_their_meaning():
    assert {s.number: s.message.__name__ for s in SCHEMAS} == {
        256: "Heartbeat",
        257: "GapNotice",
        258: "ChainHead",
        259: "PoolState",
        260: "OpportunitySignal",
    }
