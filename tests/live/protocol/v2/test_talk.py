"""The events of a negotiation, and versions as numbers."""

from __future__ import annotations

import typing

import pytest

from live.protocol.v2 import talk


@pytest.mark.parametrize("event", typing.get_args(talk.Event), ids=lambda e: e.__name__)
def test_an_event_cannot_be_changed(event):
    assert event.__struct_config__.frozen


@pytest.mark.parametrize(
    ("version", "text"), [(talk.V1_0, "1.0"), (talk.V2_0, "2.0"), (0x0A0B, "10.11")]
)
def test_a_version_is_written_for_people(version, text):
    assert talk.version_text(version) == text
