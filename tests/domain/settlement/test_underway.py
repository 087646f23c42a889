"""What is on its way after a span is what was before and what left, less what came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.settlement.underway import held_underway, underway
from tests.kit.transfers import PLANS, Planned, play


@given(PLANS, st.integers(0, 45))
def test_two_spans_leave_what_both_together_leave(plans: list[Planned], cut: int):
    world, _ = play(plans)
    transits = world.settled().transits
    cut_ns = world.card.opened_ns + cut * 10**9
    first = underway([], [one for one in transits if one.at_ns < cut_ns])
    both = underway(first, [one for one in transits if one.at_ns >= cut_ns])
    assert held_underway(both) == held_underway(underway([], transits))


@given(PLANS)
def test_what_has_wholly_come_is_gone(plans: list[Planned]):
    world, _ = play([one._replace(is_coming=True) for one in plans])
    assert underway([], world.settled().transits) == []
