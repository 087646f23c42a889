"""A break has a justified cause and a name that no rerun changes."""

from __future__ import annotations

import pytest

from domain.matching.types import CAUSES, break_id, make_break


def test_every_cause_has_a_severity_people_know():
    assert set(CAUSES.values()) <= {"high", "medium", "info"}


def test_a_break_is_named_by_what_it_is_about_and_not_by_when_or_how_much():
    first = make_break("r", "QTY", "t1", "seen today", 1, asset="x", amount_units=5)
    again = make_break("r", "QTY", "t1", "seen again", 2, asset="x", amount_units=6)
    assert first.break_id == again.break_id
    assert first.severity == CAUSES["QTY"]


@pytest.mark.parametrize(
    "other",
    [
        ("q", "QTY", "t1", "x"),
        ("r", "SIDE", "t1", "x"),
        ("r", "QTY", "t2", "x"),
        ("r", "QTY", "t1", "y"),
    ],
)
def test_another_comparison_cause_subject_or_asset_is_another_break(other: tuple[str, ...]):
    assert break_id("r", "QTY", "t1", "", "x") != break_id(*other[:3], "", other[3])


def test_a_cause_outside_the_taxonomy_cannot_be_used():
    with pytest.raises(KeyError):
        make_break("r", "ROUNDING", "t1", "", 1)
