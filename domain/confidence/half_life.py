"""How long edges last: the half-life, measured where history is enough, and the expiry it gives.

Edges end at a steady rate, so of those open at t half are gone a half-life later. Some are only
known to have lasted so long at least (the watch ended, or we took them ourselves): they count with
the time they were seen and not as an end, or the rate would come out too fast. The estimate is the
rate of ends over time watched, with a prior worth a few ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log
from typing import NamedTuple

_PRIOR_ENDS = 5
"""How many ends the prior is worth: with fifty of our own it weighs a tenth."""


class Life(NamedTuple):
    """How long an edge was seen.

    Args:
        lasted_ns: From found to the last time it was there.
        has_ended: Whether it was then seen gone; if not, it lasted at least so long.
    """

    lasted_ns: int
    has_ended: bool


class HalfLife(NamedTuple):
    """An estimate and what it rests on."""

    half_life_ns: int
    ends: int
    seen: int


def half_life(lives: Iterable[Life], prior_ns: int) -> HalfLife:
    """Estimate from past edges; without any it is the prior.

    Args:
        lives: Of one strategy.
        prior_ns: Half-life assumed before anything was seen; positive.
    """
    watched, ends, seen = 0, 0, 0
    for life in lives:
        watched += max(life.lasted_ns, 0)
        ends += life.has_ended
        seen += 1
    prior_watched = _PRIOR_ENDS * prior_ns / log(2)
    mean_ns = (watched + prior_watched) / (ends + _PRIOR_ENDS)
    return HalfLife(max(int(mean_ns * log(2)), 1), ends, seen)


def expiry_ns(estimate: HalfLife, *, least_ns: int, most_ns: int) -> int:
    """Give how long a new edge may be acted on: one half-life, within what the desk can use."""
    return min(max(estimate.half_life_ns, least_ns), most_ns)
