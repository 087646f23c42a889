"""Entries: what a writer hands in."""

from __future__ import annotations

import pytest

from domain.errors import InputRefused
from tests.kit.facts import an_entry


def test_an_entry_cannot_be_changed():
    entry = an_entry()
    with pytest.raises(AttributeError):
        entry.observed_ns = 5


@pytest.mark.parametrize(
    "times", [{"observed_ns": -1}, {"observed_ns": 2**63}, {"venue_ns": 2**64}]
)
def test_a_time_no_store_can_hold_is_refused(times):
    with pytest.raises(InputRefused):
        an_entry(**times)


def test_venue_time_is_absent_unless_the_venue_gave_one():
    assert an_entry().venue_ns is None
