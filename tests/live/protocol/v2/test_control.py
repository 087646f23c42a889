"""The words of the wire itself."""

from __future__ import annotations

import typing

import pytest

from live.protocol.v2 import control as c
from live.protocol.v2.blocks import CONTROL
from live.protocol.v2.table import TABLE

KINDS = typing.get_args(c.ControlMessage)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_every_control_message_has_a_schema_without_a_routing_block(kind):
    schema = TABLE.by_message[kind]
    assert schema.channel == CONTROL
    assert "routing" not in {field.kind for field in schema.fields}
    assert kind.__struct_config__.frozen


def test_a_subscription_that_says_nothing_wants_everything():
    every = c.Subscribe(1)
    assert every == c.Subscribe(1, (), (), (), (), (), None, None, ())
