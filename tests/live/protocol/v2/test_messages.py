"""What v2 can say of markets, trades and risk."""

from __future__ import annotations

import typing

import pytest

from live.protocol.v2 import messages as m
from live.protocol.v2.blocks import CONTROL
from live.protocol.v2.table import TABLE

KINDS = typing.get_args(m.DataMessage)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_every_data_message_has_a_schema_on_a_data_channel_and_begins_with_its_routing(kind):
    schema = TABLE.by_message[kind]
    assert schema.channel != CONTROL
    assert schema.fields[0].kind == "routing"
    assert kind.__struct_fields__[0] == "routing"


@pytest.mark.parametrize("kind", [*KINDS, m.Unknown], ids=lambda k: k.__name__)
def test_a_message_cannot_be_changed(kind):
    assert kind.__struct_config__.frozen


def test_the_unknown_has_no_schema():
    assert m.Unknown not in TABLE.by_message
