"""The table of v2: complete, consistent, and never given another meaning."""

from __future__ import annotations

import typing

import pytest

from live.protocol.v2.blocks import CHANNELS
from live.protocol.v2.codec import Message
from live.protocol.v2.kinds import KINDS
from live.protocol.v2.table import PARTS, RETIRED, SCHEMAS

LAYOUTS = [(s.message, s.fields) for s in SCHEMAS] + [(p.struct, p.fields) for p in PARTS]
every_layout = pytest.mark.parametrize(
    ("struct", "fields"), LAYOUTS, ids=[struct.__name__ for struct, _ in LAYOUTS]
)


@every_layout
def test_the_table_and_the_struct_name_the_same_fields(struct, fields):
    assert tuple(field.name for field in fields) == struct.__struct_fields__
    kinds = {field.kind.rstrip("?*") for field in fields}
    assert kinds <= set(KINDS) | {"routing"} | {part.name for part in PARTS}


@every_layout
def test_every_field_says_what_it_means(struct, fields):
    assert struct.__doc__
    assert all(field.says.endswith(".") for field in fields)


def test_every_message_has_a_schema_and_every_channel_a_message():
    assert {schema.message for schema in SCHEMAS} == set(typing.get_args(Message))
    assert {schema.channel for schema in SCHEMAS} == set(CHANNELS)


def test_numbers_are_clear_of_v1_of_the_retired_and_of_each_other():
    numbers = [schema.number for schema in SCHEMAS]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 255
    assert not set(numbers) & set(RETIRED)


def test_numbers_never_change_their_meaning():
    assert {s.number: s.message.__name__ for s in SCHEMAS} == {
        256: "Heartbeat",
        257: "GapNotice",
        258: "ChainHead",
        259: "PoolState",
        261: "ArbitrageOpportunity",
        262: "ExecutionResult",
        263: "RiskAlert",
        264: "StrategyPerformance",
        265: "OrderBookState",
        266: "V1Frame",
        267: "Hello",
        268: "Welcome",
        269: "Refused",
        270: "Subscribe",
        271: "Ack",
        272: "ExpiryNotice",
        273: "ReplayRequest",
        274: "ReplayUnavailable",
        275: "Positions",
        276: "Counts",
        277: "Conflated",
    }
    assert set(RETIRED) == {260}


def test_a_newer_field_stands_behind_the_older_ones():
    for schema in SCHEMAS:
        since = [field.since for field in schema.fields]
        assert since == sorted(since)
