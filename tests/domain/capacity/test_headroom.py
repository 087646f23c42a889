"""Headroom says what was measured, what follows, and what nobody knows."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.capacity.headroom import StageLoad, headroom, shown
from domain.capacity.scalability import LoadPoint, NotFitted, fit
from domain.clock import SECOND_NS


@given(st.integers(1, 10**9), st.integers(1, 10**12), st.integers(1, 10**12))
def test_offered_over_ceiling_is_the_utilisation(items, busy_ns, elapsed_ns):
    stage = headroom(StageLoad("settle", items, busy_ns, elapsed_ns))
    assert stage.offered_per_s / stage.ceiling_per_s == stage.utilisation
    assert stage.factor * stage.utilisation == 1


def test_a_stage_that_was_never_busy_has_no_ceiling():
    stage = headroom(StageLoad("settle", 0, 0, SECOND_NS))
    assert stage.ceiling_per_s is None
    assert stage.factor is None
    assert any("never busy" in line for line in stage.unknown)


def test_a_span_without_time_says_nothing_at_all():
    stage = headroom(StageLoad("settle", 5, 1, 0))
    assert stage.known == ()
    assert stage.utilisation is None


def test_one_load_does_not_tell_how_a_stage_scales():
    stage = headroom(StageLoad("relay", 100, SECOND_NS // 4, SECOND_NS))
    assert stage.factor == 4
    assert any("one load only" in line for line in stage.unknown)
    refused = headroom(StageLoad("relay", 1, 1, 1), NotFitted("measure at three"))
    assert any("measure at three" in line for line in refused.unknown)


def test_beyond_what_was_measured_the_law_is_called_an_extrapolation():
    law = fit([LoadPoint(n, n * 100, SECOND_NS) for n in (1, 2, 4)])
    stage = headroom(StageLoad("relay", 100, SECOND_NS // 4, SECOND_NS), law)
    assert any("beyond 4 at once" in line for line in stage.unknown)
    assert any("measured up to 4" in line for line in stage.known)


def test_a_shown_number_keeps_three_decimals_rounded_down():
    assert shown(Fraction(2, 3)) == "0.666"
