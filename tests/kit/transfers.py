"""Random transfers between wallet and exchange, their sides in any order that time allows."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from tests.kit.books import World
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.transits import Sent, credit, land, pay_in, pay_out, with_deposits


class Planned(NamedTuple):
    """One transfer: what it is, and when its sides happen among all sides."""

    is_in: bool
    asset: str
    units: int
    fee: int
    is_named: bool
    is_coming: bool
    left_at: int
    came_after: int


_FEW_AMOUNTS = st.sampled_from((10_000, 20_000, 30_000, 50_000_000))
_ONE = st.builds(
    Planned, st.booleans(), st.sampled_from((PAPER_ETH, PAPER_USDC)), _FEW_AMOUNTS,
    st.sampled_from((0, 10_000, 300)), st.booleans(), st.sampled_from((True, True, False)),
    st.integers(0, 20), st.integers(1, 20),
)  # fmt: skip
PLANS = st.lists(_ONE, min_size=1, max_size=7)
"""Amounts are few, so that several transfers are alike."""


class Played(NamedTuple):
    """What was sent, and the world it happened in."""

    world: World
    sent: list[Sent]


def play(plans: list[Planned]) -> Played:
    """Let transfers happen, one side a second."""
    world, sent = World(), dict[int, Sent]()
    world.card = with_deposits(world.card)
    world.mark(3_000_000_000)
    sides = [(one.left_at, number, False) for number, one in enumerate(plans)]
    sides += [
        (one.left_at + one.came_after, number, True)
        for number, one in enumerate(plans)
        if one.is_coming
    ]
    for _, number, is_arrival in sorted(sides):
        plan = plans[number]
        if not is_arrival:
            sent[number] = _leave(world, plan)
        elif plan.is_in:
            credit(world, sent[number], fee=plan.fee, is_named=plan.is_named)
        else:
            land(world, sent[number], is_named=plan.is_named)
    world.mark(3_100_000_000)
    return Played(world, [sent[number] for number in range(len(plans))])


def _leave(world: World, plan: Planned) -> Sent:
    if plan.is_in:
        return pay_in(world, plan.asset, plan.units)
    return pay_out(world, plan.asset, plan.units, fee=plan.fee)
