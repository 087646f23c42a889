"""Entries: what a writer hands in."""

from __future__ import annotations

import pytest

from tests.kit.facts import an_entry


def test_an_entry_cannot_be_changed():
    entry = an_entry()
    with pytest.raises(AttributeError):
        entry.observed_ns = 5


def test_venue_time_is_absent_unless_the_venue_gave_one():
    assert an_entry().venue_ns is None
