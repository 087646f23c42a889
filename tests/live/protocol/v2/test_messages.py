"""What v2 can say."""

from __future__ import annotations

import typing

import pytest

from live.protocol.v2 import messages as m
from live.protocol.v2.schemas import SCHEMAS

KINDS = typing.get_args(m.Message)


def test_every_message_has_a_schema_and_the_unknown_has_none():
    assert {schema.message for schema in SCHEMAS} == set(KINDS)
    assert m.Unknown not in KINDS


@pytest.mark.parametrize("kind", [*KINDS, m.Unknown], ids=lambda k: k.__name__)
def test_a_message_cannot_be_changed(kind):
    assert kind.__struct_config__.frozen
