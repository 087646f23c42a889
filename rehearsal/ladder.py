"""What the house does at the exchange in one step: the maker's ladder, the crowd's trade if any.

Pure and seeded by the step, so the same desk shows the same book. Prices are ticks of 0.01,
quantities lots of 1e-8.
"""

from __future__ import annotations

import random

from rehearsal.exchange.admin_step import CrowdOrder, HouseStep
from rehearsal.walk import Step

LEVELS = 10
HALF_SPREAD_TICKS = 30
"""0.01 % of 3000: tight, as a liquid pair is."""
LEVEL_GAP_TICKS = 40
_E6_A_TICK = 10_000
_LEVEL_LOTS = (40_000_000, 90_000_000)
"""0.4 to 0.9 ETH at the touch, growing with distance: some thirty ETH a side."""
_CROWD_PPM = 300_000
"""Somebody trades in three steps of ten."""
_CROWD_LOTS = (1_000_000, 25_000_000)


def house_step(step: Step, seed: int) -> HouseStep:
    """Lay the ladder around the exchange's target and perhaps let the crowd trade against it.

    Args:
        step: Where the walk stands.
        seed: Of the desk.
    """
    chance = random.Random(f"{seed}/{step.number}")
    mid_ticks = step.targets_e6["paper"] // _E6_A_TICK
    return HouseStep(
        bids=_side(chance, mid_ticks - HALF_SPREAD_TICKS, -LEVEL_GAP_TICKS),
        asks=_side(chance, mid_ticks + HALF_SPREAD_TICKS, LEVEL_GAP_TICKS),
        crowd=_crowd(chance),
    )


def _side(chance: random.Random, top_ticks: int, gap_ticks: int) -> tuple[tuple[int, int], ...]:
    return tuple(
        (top_ticks + level * gap_ticks, chance.randint(*_LEVEL_LOTS) * (level + 1))
        for level in range(LEVELS)
    )


def _crowd(chance: random.Random) -> CrowdOrder | None:
    order = CrowdOrder(chance.choice(("buy", "sell")), chance.randint(*_CROWD_LOTS))
    return order if chance.randrange(1_000_000) < _CROWD_PPM else None
